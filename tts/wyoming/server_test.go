package wyoming

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/fake"
)

// voicesOfServer is what the server answers to "describe".
const voicesOfServer = `{"tts": [{"name": "tones", "installed": true, "voices": [
	{"name": "en_US-test-medium", "languages": ["en_US"], "installed": true},
	{"name": "de_DE-test-low", "languages": ["de_DE"], "installed": true},
	{"name": "en_GB-many-medium", "languages": ["en_GB"], "speakers": [{"name": "p1"}, {"name": "p2"}]}]}], "asr": []}`

// server is a Wyoming server that speaks in tones. It reads the protocol with code of its own and ends the connection
// at anything that is not in it.
type server struct {
	address string
	format  format // of its sound; the zero value is 16 bits at 22,050 Hz
	inline  bool   // data in the header line, as servers before data_length had it

	mu   sync.Mutex
	seen []string // header and data of each event that came
}

// serve listens until the test ends. answer, if it is not nil, answers "synthesize" in the place of the tones.
func serve(t *testing.T, s *server, answer func(w io.Writer, text string)) *server {
	t.Helper()
	if s.format == (format{}) {
		s.format = format{22050, 2, 1}
	}
	voice, err := fake.New(fake.Options{SampleRate: s.format.Rate, Concurrency: 8})
	require.NoError(t, err)
	if answer == nil {
		answer = func(w io.Writer, text string) {
			speech, err := voice.Speak(t.Context(), tts.Request{Text: text})
			if err != nil {
				s.send(w, "error", map[string]any{"text": err.Error(), "code": "ValueError"}, nil)
				return
			}
			s.sendSound(w, speech.Clip)
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s.address = listener.Addr().String()
	var group sync.WaitGroup
	group.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			group.Go(func() {
				defer conn.Close()
				s.converse(conn, answer)
			})
		}
	})
	t.Cleanup(func() {
		require.NoError(t, listener.Close())
		group.Wait()
		require.NoError(t, voice.Close())
	})
	return s
}

func (s *server) converse(conn net.Conn, answer func(io.Writer, string)) {
	in := bufio.NewReader(conn)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		var h struct {
			Type    string `json:"type"`
			Length  int    `json:"data_length"`
			Payload int    `json:"payload_length"`
		}
		if json.Unmarshal(line, &h) != nil || h.Payload != 0 {
			return
		}
		data := make([]byte, h.Length)
		if _, err := io.ReadFull(in, data); err != nil {
			return
		}
		s.mu.Lock()
		s.seen = append(s.seen, string(line)+string(data))
		s.mu.Unlock()
		switch h.Type {
		case "describe":
			s.send(conn, "info", json.RawMessage(voicesOfServer), nil)
		case "synthesize":
			var r struct {
				Text string `json:"text"`
			}
			if json.Unmarshal(data, &r) != nil || strings.TrimSpace(r.Text) == "" {
				return
			}
			answer(conn, r.Text)
		default:
			return
		}
	}
}

// send writes an event as the reference implementation does.
func (s *server) send(w io.Writer, kind string, data any, payload []byte) {
	content, _ := json.Marshal(data)
	content = bytes.ReplaceAll(content, []byte("\n"), nil)
	if s.inline {
		fmt.Fprintf(w, `{"type": %q, "data": %s, "payload_length": %d}`+"\n", kind, content, len(payload))
		_, _ = w.Write(payload)
		return
	}
	fmt.Fprintf(w, `{"type": %q, "version": "1.10.2", "data_length": %d, "payload_length": %d}`+"\n", kind, len(content), len(payload))
	_, _ = w.Write(append(content, payload...))
}

// sendSound writes a clip in chunks of 1,024 frames, in the server's format, the same on all channels.
func (s *server) sendSound(w io.Writer, clip audio.Clip) {
	pcm := s.format.pcm(clip.Samples)
	s.send(w, "audio-start", s.format, nil)
	size := 1024 * s.format.Width * s.format.Channels
	for at := 0; at < len(pcm); at += size {
		s.send(w, "audio-chunk", s.format, pcm[at:min(at+size, len(pcm))])
	}
	s.send(w, "audio-stop", map[string]any{"timestamp": nil}, nil)
}

// pcm is the opposite of clip.
func (f format) pcm(samples []float32) []byte {
	var pcm []byte
	for _, sample := range samples {
		var b [4]byte
		binary.LittleEndian.PutUint32(b[:], uint32(int32(float64(sample)*(1<<31-1))))
		for range f.Channels {
			pcm = append(pcm, b[4-f.Width:]...)
		}
	}
	return pcm
}
