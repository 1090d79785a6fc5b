package main

import (
	"context"
	"errors"

	"github.com/voicepress/voicepress/audio/decode"
	"github.com/voicepress/voicepress/audio/m4a"
	"github.com/voicepress/voicepress/audio/mp3"
	"github.com/voicepress/voicepress/audio/opus"
	"github.com/voicepress/voicepress/pipeline"
)

// openMusic opens the configured intro, outro and chime; nil where there is none. What is wrong with one is a mistake in
// the configuration, but for a library that is missing.
func (s *settings) openMusic(ctx context.Context) (*pipeline.Music, error) {
	files := pipeline.MusicFiles{
		Intro: s.path("audio.intro", s.Audio.Intro), Outro: s.path("audio.outro", s.Audio.Outro), Chime: s.path("audio.chime", s.Audio.Chime),
	}
	if files == (pipeline.MusicFiles{}) {
		return nil, nil
	}
	libs, err := s.openDecoders()
	if err != nil {
		return nil, err
	}
	music, err := pipeline.OpenMusic(ctx, files, libs)
	var library *mp3.LibraryError
	var program *m4a.ProgramError
	if err == nil || errors.As(err, &library) || errors.As(err, &program) || ctx.Err() != nil {
		return music, err
	}
	hint := hintOf(err)
	if hint == "" {
		hint = "docs/sound.md says what an intro, an outro and a chime may be"
	}
	return nil, usagef(hint, "%w", err)
}

// openDecoders loads what decodes sound of any format. What is missing is told by whatever needs it; what is named in the
// configuration and missing is a mistake.
func (s *settings) openDecoders() (libs decode.Libraries, err error) {
	if libs.Mpg123, err = mp3.OpenMpg123(s.Audio.Mpg123); err != nil && s.Audio.Mpg123 != "" {
		return libs, err
	}
	if libs.Opus, err = opus.Open(s.Audio.OpusLib); err != nil && s.Audio.OpusLib != "" {
		return libs, err
	}
	if libs.FFmpeg, err = m4a.Open(s.Audio.FFmpeg); err != nil && s.Audio.FFmpeg != "" {
		return libs, err
	}
	return libs, nil
}
