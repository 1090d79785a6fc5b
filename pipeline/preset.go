package pipeline

import (
	"fmt"
	"strings"
)

// Preset is a way to master and pack articles for one use.
type Preset struct {
	Name      string
	For       string // what it is for, in a few words
	Formats   []Format
	Mastering Mastering
}

// Presets lists all presets, the default first.
//
// Sources: Apple Podcasts asks for -16 LUFS within 1 dB and at most -1 dBTP; a mono file is played on both sides of a pair
// of loudspeakers, which makes it 3 LU louder, so it gets -19. Web players and phones in a noisy street are served by -16 in
// a mono file. ACX asks for -23 to -18 dB RMS, peaks of at most -3 dB, and MP3 of 192 kb/s at 44.1 kHz.
func Presets() []Preset {
	voice := Mastering{SampleRate: 44100, Target: ByLUFS, Mono: -19, Stereo: -16, TruePeak: -1, MP3: 64, Opus: 32, AAC: 64}
	web, acx, none := voice, voice, voice
	web.Mono = -16
	acx.Target, acx.Mono, acx.Stereo, acx.TruePeak, acx.MP3 = ByRMS, -20, -20, -3, 192
	none.Target = AsSpoken
	return []Preset{
		{"podcast", "podcast apps and article players", []Format{MP3}, voice},
		{"web", "a player on a page, louder for phones", []Format{Opus, MP3}, web},
		{"acx", "what audiobook shops measure (ACX itself takes no AI voices)", []Format{MP3}, acx},
		{"none", "further editing: the level as it was spoken, only peaks are limited", []Format{WAV}, none},
	}
}

// FindPreset gives the preset of a name.
func FindPreset(name string) (Preset, error) {
	var names []string
	for _, p := range Presets() {
		if p.Name == strings.ToLower(strings.TrimSpace(name)) {
			return p, nil
		}
		names = append(names, p.Name)
	}
	return Preset{}, fmt.Errorf("unknown preset %q; there are: %s", name, strings.Join(names, ", "))
}
