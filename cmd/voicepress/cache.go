package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/cache"
)

// cacheDir is the folder of the cache: the configured one, or the user's.
func (s *settings) cacheDir() (string, error) {
	if dir := s.path("cache.dir", s.Cache.Dir); dir != "" {
		return dir, nil
	}
	return cache.DefaultDir()
}

// openCache opens the cache, or one that keeps nothing where there is none to be had.
func (s *settings) openCache(log *slog.Logger) *cache.Cache {
	if !s.Cache.Enabled {
		return cache.Off()
	}
	dir, err := s.cacheDir()
	if err == nil {
		var c *cache.Cache
		if c, err = cache.Open(dir, s.Cache.MaxBytes, log); err == nil {
			return c
		}
	}
	log.Warn("no speech is kept", "error", err)
	return cache.Off()
}

func newCache(s *streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "cache",
		Short: "Look after the sentences that are kept",
		Long: `Look after the sentences that are kept so that none is spoken or paid for twice. They lie in one folder (cache.dir in the
configuration, by default in the user's cache folder), hold the sound of what was spoken and not its text, and may be
removed at any time: what is missing is spoken again. docs/cache.md says more.`,
		Example: `  voicepress cache stats
  voicepress cache prune --older-than 90d
  voicepress cache verify`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newCacheStats(s), newCachePrune(s), newCacheVerify(s))
	return cmd
}

// configuredCache is the cache that a command is about, whether it is used or not.
func configuredCache(cmd *cobra.Command, s *streams) (*cache.Cache, *settings, error) {
	c, err := loadConfig(cmd)
	if err != nil {
		return nil, nil, err
	}
	log, err := newLog(s, c.Log)
	if err != nil {
		return nil, nil, err
	}
	dir, err := c.cacheDir()
	if err != nil {
		return nil, nil, usagef("name one in the configuration: cache.dir", "%w", err)
	}
	if _, err := os.ReadDir(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, usagef("it has to be a folder that you may read; cache.dir in the configuration names another", "read the cache: %w", err)
	}
	kept, err := cache.Open(dir, c.Cache.MaxBytes, log)
	return kept, c, err
}

// cacheStats is what `cache stats --json` prints.
type cacheStats struct {
	Dir      string       `json:"dir"`
	Enabled  bool         `json:"enabled"`
	MaxBytes int64        `json:"max_bytes"`
	Entries  int          `json:"entries"`
	Bytes    int64        `json:"bytes"`
	AudioMS  int64        `json:"audio_ms"`
	Bill     tts.Bill     `json:"bill"` // what it cost when it was spoken
	Oldest   *time.Time   `json:"oldest,omitempty"`
	Newest   *time.Time   `json:"newest,omitempty"`
	Voices   []voiceStats `json:"voices"`
}

type voiceStats struct {
	Backend string   `json:"backend"`
	Voice   string   `json:"voice"`
	Entries int      `json:"entries"`
	Bytes   int64    `json:"bytes"`
	AudioMS int64    `json:"audio_ms"`
	Bill    tts.Bill `json:"bill"`
}

func newCacheStats(s *streams) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "stats",
		Short: "Say what is kept, of which voices, and what it cost",
		Long:  `Say where the cache is, how many sentences it holds, how much sound of which voices that is, and what it cost when it was spoken.`,
		Example: `  voicepress cache stats
  voicepress cache stats --json | jq .bytes`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			kept, c, err := configuredCache(cmd, s)
			if err != nil {
				return err
			}
			found, err := kept.Stats(cmd.Context())
			if err != nil {
				return err
			}
			if !asJSON {
				return printStats(s, kept, c, found)
			}
			stats := cacheStats{
				Dir: kept.Dir(), Enabled: c.Cache.Enabled, MaxBytes: c.Cache.MaxBytes, Entries: found.Entries, Bytes: found.Bytes,
				AudioMS: found.Duration.Milliseconds(), Bill: found.Bill, Voices: []voiceStats{},
			}
			if found.Entries > 0 {
				stats.Oldest, stats.Newest = &found.Oldest, &found.Newest
			}
			for _, v := range found.Voices {
				stats.Voices = append(stats.Voices, voiceStats{v.Backend, v.Voice, v.Entries, v.Bytes, v.Duration.Milliseconds(), v.Bill})
			}
			return json.NewEncoder(s.out).Encode(stats)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

func printStats(s *streams, kept *cache.Cache, c *settings, found cache.Stats) error {
	fmt.Fprintf(s.out, "%s: %s, %s of audio, %s of at most %s\n", printable(kept.Dir()), counted(found.Entries, "sentence"),
		clock(found.Duration), byteSize(found.Bytes), byteSize(c.Cache.MaxBytes))
	if !c.Cache.Enabled {
		fmt.Fprintln(s.out, "it is switched off (cache.enabled)")
	}
	if found.Entries == 0 {
		return nil
	}
	const day = "2006-01-02"
	fmt.Fprintf(s.out, "last used between %s and %s\n", found.Oldest.Format(day), found.Newest.Format(day))
	table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	for _, v := range found.Voices {
		name, paid := v.Backend+" "+v.Voice, ""
		if v.Backend == "" {
			name = "not readable; see `voicepress cache verify`"
		}
		if v.Bill.USD > 0 {
			paid = ", " + dollars(v.Bill.USD) + " when it was spoken"
		}
		fmt.Fprintf(table, "  %s\t%s\t%s\t%s of audio%s\n", printable(name), counted(v.Entries, "sentence"), byteSize(v.Bytes), clock(v.Duration), paid)
	}
	return table.Flush()
}

func newCachePrune(s *streams) *cobra.Command {
	var (
		asJSON, all    bool
		size, lifetime string
	)
	cmd := &cobra.Command{
		Use:   "prune",
		Short: "Remove what is not needed any more",
		Long: `Remove sentences that are kept: those that were not used for some time (--older-than), then those that were not used for
the longest time, until the rest is small enough (--max-bytes; by default what the configuration allows), or all of them
(--all). What is removed is spoken again when it is needed, and paid for where it costs.`,
		Example: `  voicepress cache prune --older-than 90d
  voicepress cache prune --max-bytes 500MB
  voicepress cache prune --all`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			kept, c, err := configuredCache(cmd, s)
			if err != nil {
				return err
			}
			if all && (size != "" || lifetime != "") {
				return usagef("leave the others out", "--all removes everything, whatever --max-bytes and --older-than say")
			}
			most, since := c.Cache.MaxBytes, time.Time{}
			if size != "" {
				if most, err = parseSize(size); err != nil {
					return err
				}
			}
			if lifetime != "" {
				d, err := parseLifetime(lifetime)
				if err != nil {
					return err
				}
				since = time.Now().Add(-d)
			}
			if all {
				most = 0
			}
			removed, err := kept.Prune(cmd.Context(), since, most)
			if err != nil {
				return err
			}
			if asJSON {
				return json.NewEncoder(s.out).Encode(map[string]any{
					"dir": kept.Dir(), "removed": removed.Entries, "removed_bytes": removed.Bytes, "left": removed.Left, "left_bytes": removed.LeftBytes,
				})
			}
			fmt.Fprintf(s.out, "%s removed (%s), %s left (%s)\n", counted(removed.Entries, "sentence"), byteSize(removed.Bytes),
				counted(removed.Left, "sentence"), byteSize(removed.LeftBytes))
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&size, "max-bytes", "", "leave at most so many bytes: 500MB, 2GiB, 0")
	f.StringVar(&lifetime, "older-than", "", "remove what was not used for so long: 90d, 12h")
	f.BoolVar(&all, "all", false, "remove everything")
	f.BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

func newCacheVerify(s *streams) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Read everything that is kept, and remove what is damaged",
		Long: `Read and decode every sentence that is kept, and remove what is damaged. Every sentence is checked whenever it is used, so
this is only needed to know how a disk does, or to make room.`,
		Example: `  voicepress cache verify`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			kept, _, err := configuredCache(cmd, s)
			if err != nil {
				return err
			}
			checked, broken, err := kept.Verify(cmd.Context())
			if err != nil {
				return err
			}
			files := []string{}
			for _, b := range broken {
				files = append(files, b.Path)
				if !asJSON {
					fmt.Fprintf(s.out, "removed %s: %s\n", printable(b.Path), printable(b.Err.Error()))
				}
			}
			if asJSON {
				return json.NewEncoder(s.out).Encode(map[string]any{"dir": kept.Dir(), "checked": checked, "removed": len(broken), "files": files})
			}
			fmt.Fprintf(s.out, "%s read, %d damaged and removed\n", counted(checked, "sentence"), len(broken))
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

// byteSize is a number of bytes for people: "1.4 GiB".
func byteSize(n int64) string {
	const step = 1024
	if n < step {
		return fmt.Sprintf("%d bytes", n)
	}
	size, unit := float64(n)/step, 0
	units := [...]string{"KiB", "MiB", "GiB", "TiB"}
	for size >= step && unit < len(units)-1 {
		size, unit = size/step, unit+1
	}
	return fmt.Sprintf("%.1f %s", size, units[unit])
}

// parseSize reads a number of bytes, with or without a unit.
func parseSize(s string) (int64, error) {
	number := strings.TrimRight(s, " kKmMgGtTiIbB")
	unit := strings.ToUpper(strings.TrimSpace(s[len(number):]))
	factors := map[string]float64{
		"": 1, "B": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30, "TIB": 1 << 40,
		"K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40,
	}
	n, err := strconv.ParseFloat(number, 64)
	factor, known := factors[unit]
	if n *= factor; err != nil || !known || !(n >= 0 && n < math.MaxInt64) {
		return 0, usagef("500MB, 2GiB and 1000000 are some", "%q is not a number of bytes", s)
	}
	return int64(n), nil
}

// parseLifetime reads a length of time, which may be in days.
func parseLifetime(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if days, isDays := strings.CutSuffix(s, "d"); isDays {
		var n uint64
		n, err = strconv.ParseUint(days, 10, 16)
		d = time.Duration(n) * 24 * time.Hour
	}
	if err != nil || d < 0 {
		return 0, usagef("90d, 12h and 30m are some", "%q is not a length of time", s)
	}
	return d, nil
}
