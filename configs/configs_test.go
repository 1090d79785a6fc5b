package configs_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/voicepress/voicepress/configs"
	"github.com/voicepress/voicepress/tts/all"
)

// Every option of every backend stands in the file, and nothing else does.
func TestBackendOptionsAndDefaultsFileAgree(t *testing.T) {
	var file struct{ Backends map[string]map[string]any }
	require.NoError(t, yaml.Unmarshal(configs.Defaults, &file))
	var names []string
	for _, factory := range all.Registry().All() {
		names = append(names, factory.Name)
		var keys []string
		options := reflect.TypeOf(factory.Options()).Elem()
		for i := range options.NumField() {
			tag := options.Field(i).Tag
			require.NotEmpty(t, tag.Get("doc"), "%s.%s has no doc", factory.Name, options.Field(i).Name)
			keys = append(keys, tag.Get("mapstructure"))
		}
		require.ElementsMatch(t, keys, slices.Collect(maps.Keys(file.Backends[factory.Name])), factory.Name)
	}
	require.ElementsMatch(t, names, slices.Collect(maps.Keys(file.Backends)))
}

// A comment stands above every option, or above the group it is in.
func TestEveryOptionIsExplained(t *testing.T) {
	lines := strings.Split(string(configs.Defaults), "\n")
	for i, line := range lines {
		if i == 0 || line == "" || strings.HasPrefix(line, "#") || strings.HasPrefix(line, " ") {
			continue
		}
		above := lines[i-1]
		below := lines[min(i+1, len(lines)-1)]
		require.True(t, strings.HasPrefix(strings.TrimSpace(above), "#") || strings.HasPrefix(strings.TrimSpace(below), "#"), "%q has no comment", line)
	}
}
