package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/wav"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/fake"
)

// tones says texts as the fake backend does, and dies at the request of number dies, if that is not 0.
type tones struct {
	voice    *fake.Backend
	requests atomic.Int64
	dies     int64
}

func newTones(t *testing.T, dies int64) *tones {
	t.Helper()
	voice, err := fake.New(fake.Options{SampleRate: 16000, Concurrency: 8})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, voice.Close()) })
	return &tones{voice: voice, dies: dies}
}

// say gives no sound where the server is dead or the text says nothing.
func (s *tones) say(t *testing.T, text string) (audio.Clip, bool) {
	if n := s.requests.Add(1); s.dies != 0 && n >= s.dies {
		return audio.Clip{}, false
	}
	speech, err := s.voice.Speak(t.Context(), tts.Request{Text: text, Rate: 2})
	if err != nil {
		return audio.Clip{}, false
	}
	return speech.Clip, true
}

// httpPiper is piper's HTTP server. It returns the configuration that it is reached with.
func httpPiper(t *testing.T, s *tones) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/voices" {
			_, _ = io.WriteString(w, `{"en_US-tones-medium": {}}`)
			return
		}
		var m struct{ Text, Voice string }
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil || m.Voice != "en_US-tones-medium" {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		clip, ok := s.say(t, m.Text)
		if !ok {
			panic(http.ErrAbortHandler)
		}
		var file bytes.Buffer
		out, err := wav.NewWriter(&file, clip.Rate, 1, int64(len(clip.Samples)), nil)
		if err != nil || out.Write(clip.Samples) != nil || out.Close() != nil {
			panic(http.ErrAbortHandler)
		}
		_, _ = w.Write(file.Bytes())
	}))
	t.Cleanup(server.Close)
	return fmt.Sprintf("backends: {http-piper: {base_url: %q}}", server.URL)
}

// wyoming is a Wyoming server. It returns the configuration that it is reached with.
func wyoming(t *testing.T, s *tones) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var group sync.WaitGroup
	group.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			group.Go(func() {
				defer conn.Close()
				converse(t, s, conn)
			})
		}
	})
	t.Cleanup(func() {
		require.NoError(t, listener.Close())
		group.Wait()
	})
	return fmt.Sprintf("backends: {wyoming: {address: %q}}", listener.Addr())
}

func converse(t *testing.T, s *tones, conn net.Conn) {
	in := bufio.NewReader(conn)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		var head struct {
			Type   string `json:"type"`
			Length int    `json:"data_length"`
		}
		data := make([]byte, 1<<16)
		if json.Unmarshal(line, &head) != nil || head.Length > len(data) {
			return
		}
		if _, err := io.ReadFull(in, data[:head.Length]); err != nil {
			return
		}
		if head.Type == "describe" {
			fmt.Fprintln(conn, `{"type": "info", "data": {"tts": [{"voices": [{"name": "en_US-tones-medium"}]}]}}`)
			continue
		}
		var m struct{ Text string }
		if json.Unmarshal(data[:head.Length], &m) != nil {
			return
		}
		const sound = `"data": {"rate": 16000, "width": 2, "channels": 1}`
		fmt.Fprintf(conn, `{"type": "audio-start", %s}`+"\n", sound)
		clip, ok := s.say(t, m.Text)
		if !ok {
			return
		}
		var pcm []byte
		for _, sample := range clip.Samples {
			pcm = binary.LittleEndian.AppendUint16(pcm, uint16(int16(sample*32767)))
		}
		fmt.Fprintf(conn, `{"type": "audio-chunk", %s, "payload_length": %d}`+"\n%s", sound, len(pcm), pcm)
		fmt.Fprintln(conn, `{"type": "audio-stop"}`)
	}
}

// TestArticlesAreSpokenByServers converts an article with the voices of servers that run beside the program.
func TestArticlesAreSpokenByServers(t *testing.T) {
	for name, start := range map[string]func(*testing.T, *tones) string{"http-piper": httpPiper, "wyoming": wyoming} {
		t.Run(name, func(t *testing.T) {
			config := filepath.Join(t.TempDir(), "voicepress.yaml")
			convert := func(out string, dies int64) (int, string, string) {
				require.NoError(t, os.WriteFile(config, []byte(start(t, newTones(t, dies))), 0o600))
				return call(t, nil, "convert", filepath.Join(testdata(t), "articles", "flood-warning.txt"), "-o", out,
					"--backend", name, "--voice", "en_US-tones-medium", "--config", config)
			}
			out := t.TempDir()
			code, stdout, stderr := convert(out, 0)
			require.Equal(t, exitDone, code, stderr)
			requireDisclosed(t, visible(t, out), strings.Split(strings.TrimSpace(stdout), "\n")[0])

			out = t.TempDir()
			code, _, stderr = convert(out, 5)
			require.Equal(t, exitTemporary, code, stderr)
			require.Contains(t, stderr, "hint: ")
			require.Empty(t, visible(t, out), "no partial file")
		})
	}
}
