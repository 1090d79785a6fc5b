package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"github.com/go-viper/mapstructure/v2"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/all"
	"github.com/voicepress/voicepress/tts/estimate"
)

// openBackend opens the configured backend with what stands around it.
func openBackend(ctx context.Context, c *settings, log *slog.Logger) (tts.Backend, error) {
	backend, err := openNamed(ctx, c, c.Backend, log)
	if err != nil {
		return nil, err
	}
	boundMemory()
	return surround(backend), nil
}

// surround puts the wrappers around a backend. Their order, from the inside out:
//
//	limit     waits until the service takes another request
//	meter     counts what is paid for, and stops at the budget
//	retry     tries again what may succeed; each try waits and is counted
//	check     listens to each take, and has it spoken again if it is not good
//	cache     keeps what is good, so that nothing is paid for twice
//	split     cuts what is too long for one request; each piece is kept
//	estimate  gives words times where the backend knows none
func surround(b tts.Backend) tts.Backend {
	return estimate.Wrap(b)
}

func openNamed(ctx context.Context, c *settings, name string, log *slog.Logger) (tts.Backend, error) {
	registry := all.Registry()
	factory, ok := registry.Find(name)
	if !ok {
		var names []string
		for _, f := range registry.All() {
			names = append(names, f.Name)
		}
		return nil, usagef("there are: "+strings.Join(names, ", "), "unknown backend %q", name)
	}
	options := factory.Options()
	decoder, err := mapstructure.NewDecoder(&mapstructure.DecoderConfig{
		Result: options, ErrorUnused: true, WeaklyTypedInput: true,
		DecodeHook: mapstructure.ComposeDecodeHookFunc(mapstructure.StringToTimeDurationHookFunc(), mapstructure.StringToSliceHookFunc(",")),
	})
	if err != nil {
		return nil, fmt.Errorf("configure backend %s: %w", name, err)
	}
	if err := decoder.Decode(c.Backends[name]); err != nil {
		return nil, usagef("`voicepress config init` prints every key", "configure backend %s: %w", name, err)
	}
	data, err := c.dataDir()
	if err != nil {
		return nil, err
	}
	backend, err := factory.Open(ctx, options, tts.Env{Data: data, Voice: c.Voice, Concurrency: c.Jobs, Log: log})
	if err != nil {
		return nil, fmt.Errorf("open backend %s: %w", name, err)
	}
	return backend, nil
}
