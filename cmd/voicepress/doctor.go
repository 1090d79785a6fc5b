package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/voicepress/voicepress/audio/m4a"
	"github.com/voicepress/voicepress/audio/mp3"
	"github.com/voicepress/voicepress/audio/opus"
	"github.com/voicepress/voicepress/pipeline"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/all"
)

// finding is what doctor says about one thing.
type finding struct {
	Check    string `json:"check"`
	OK       bool   `json:"ok"`
	Required bool   `json:"required"` // by the configuration: its backends and formats
	Detail   string `json:"detail"`
	Hint     string `json:"hint,omitempty"`
}

func newDoctor(s *streams) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check that everything needed is there and works",
		Long: `Check what conversions need: every backend is opened, the configured one and its fallback speak a sentence, the encoders are loaded (LAME for MP3,
libopus for Opus, ffmpeg for M4A), the keys that sign are read, and a file is written and synced. Ends with code 10 if something is missing that the configuration needs.`,
		Example: `  voicepress doctor
  voicepress doctor --backend espeak --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			log, err := newLog(s, c.Log)
			if err != nil {
				return err
			}
			findings, err := examine(cmd.Context(), c, log)
			if err != nil {
				return err
			}
			failed := false
			for _, f := range findings {
				failed = failed || f.Required && !f.OK
			}
			if asJSON {
				if err := json.NewEncoder(s.out).Encode(map[string]any{"ok": !failed, "checks": findings}); err != nil {
					return fmt.Errorf("print the findings: %w", err)
				}
			} else {
				printFindings(s, findings)
			}
			if failed {
				return codeError(exitMissing)
			}
			return nil
		},
	}
	cmd.Flags().String("backend", "", "the backend that is needed (default: the configured one)")
	cmd.Flags().String("voice", "", "the voice that is needed")
	cmd.Flags().String("keys", "", "`folder` of keys that shall sign (default: the configured one)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func printFindings(s *streams, findings []finding) {
	for _, f := range findings {
		mark := "ok  "
		switch {
		case !f.OK && f.Required:
			mark = "FAIL"
		case !f.OK:
			mark = "-   "
		}
		fmt.Fprintf(s.out, "%s  %-16s %s\n", mark, f.Check, printable(f.Detail))
		if !f.OK && f.Hint != "" {
			fmt.Fprintf(s.out, "      %-16s hint: %s\n", "", printable(f.Hint))
		}
	}
}

func examine(ctx context.Context, c *settings, log *slog.Logger) ([]finding, error) {
	ws, err := c.workerSettings()
	if err != nil {
		return nil, err
	}
	findings := []finding{checkLibrary("LAME", slices.Contains(ws.Formats, pipeline.MP3), func() (string, error) {
		lame, err := mp3.Open(c.Audio.LAME)
		if err != nil {
			return "", err
		}
		return lame.Version(), nil
	}), checkLibrary("mpg123", false, func() (string, error) {
		if _, err := mp3.OpenMpg123(c.Audio.Mpg123); err != nil {
			return "", err
		}
		return "loaded", nil
	}), checkLibrary("libopus", slices.Contains(ws.Formats, pipeline.Opus), func() (string, error) {
		lib, err := opus.Open(c.Audio.OpusLib)
		if err != nil {
			return "", err
		}
		return lib.Version(), nil
	}), checkLibrary("ffmpeg", slices.Contains(ws.Formats, pipeline.M4A) || slices.Contains(ws.Formats, pipeline.M4B), func() (string, error) {
		program, err := m4a.Open(c.Audio.FFmpeg)
		if err != nil {
			return "", err
		}
		return program.Version(), nil
	})}
	registry := all.Registry()
	if _, ok := registry.Find(c.Backend); !ok {
		_, err := openNamed(ctx, c, c.Backend, log)
		return nil, err
	}
	if err := c.fallbackKnown(); err != nil {
		return nil, err
	}
	for _, factory := range registry.All() {
		findings = append(findings, checkBackend(ctx, c, factory.Name, log))
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
	}
	data, err := c.dataDir()
	if err != nil {
		return nil, err
	}
	return append(findings, checkSigner(c, log, time.Now()), checkFolder("data folder", data, false), checkFolder("this folder", ".", true)), nil
}

func checkLibrary(name string, required bool, open func() (string, error)) finding {
	detail, err := open()
	if err != nil {
		return finding{name, false, required, err.Error(), hintOf(err)}
	}
	return finding{name, true, required, detail, ""}
}

// speakWithin is how long a backend may take to say a short sentence before doctor gives up on it.
const speakWithin = 30 * time.Second

// checkBackend opens a backend; the configured one and its fallback have to say something too.
func checkBackend(ctx context.Context, c *settings, name string, log *slog.Logger) finding {
	f := finding{Check: name, Required: name == c.Backend || name == c.Fallback.Backend}
	if name != c.Backend {
		own := *c
		own.Backend, own.Voice = name, ""
		if f.Required {
			own.Voice = c.Fallback.Voice
		}
		c = &own
	}
	backend, err := openNamed(ctx, c, name, log)
	if err != nil {
		f.Detail, f.Hint = err.Error(), hintOf(err)
		return f
	}
	defer func() { _ = backend.Close() }()
	if loader, ok := backend.(tts.Loader); ok {
		if err := loader.Load(ctx); err != nil {
			f.Detail, f.Hint = err.Error(), hintOf(err)
			return f
		}
	}
	info := backend.Info()
	f.OK, f.Detail = true, counted(len(info.Voices), "voice")
	if !f.Required {
		return f
	}
	ctx, cancel := context.WithTimeout(ctx, speakWithin)
	defer cancel()
	began := time.Now()
	speech, err := backend.Speak(ctx, tts.Request{Text: "This is a test.", Voice: c.Voice, Rate: 1})
	if err != nil {
		f.OK, f.Detail, f.Hint = false, err.Error(), hintOf(err)
		return f
	}
	f.Detail += fmt.Sprintf("; spoke %.1f s of audio in %d ms", speech.Clip.Duration().Seconds(), time.Since(began).Milliseconds())
	return f
}

// checkFolder writes a file, syncs it and removes it.
func checkFolder(name, dir string, required bool) finding {
	f := finding{Check: name, Required: required, Detail: dir}
	err := func() error {
		file, err := os.CreateTemp(dir, ".voicepress-doctor-*")
		if err != nil {
			return err
		}
		defer os.Remove(file.Name())
		_, err = file.WriteString("voicepress")
		return errors.Join(err, file.Sync(), file.Close())
	}()
	if err != nil {
		f.Detail, f.Hint = err.Error(), hintOf(err)
		if errors.Is(err, os.ErrNotExist) {
			f.Hint = "it is made by `voicepress install`"
		}
		return f
	}
	f.OK = true
	if absolute, err := filepath.Abs(dir); err == nil {
		f.Detail = absolute
	}
	return f
}
