package disclosure_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/audio/id3"
	"github.com/voicepress/voicepress/audio/wav"
)

func section(data []byte) *io.SectionReader {
	return io.NewSectionReader(bytes.NewReader(data), 0, int64(len(data)))
}

// disclosed is the file with what d says, without a manifest.
func disclosed(t *testing.T, data []byte, d disclosure.Disclosure) []byte {
	t.Helper()
	var b bytes.Buffer
	_, err := disclosure.Write(t.Context(), &b, section(data), &d, nil)
	require.NoError(t, err)
	return b.Bytes()
}

// python runs a script that prints JSON.
func python(t *testing.T, script string, args ...string) map[string]any {
	t.Helper()
	var got map[string]any
	out := run(t, "/usr/bin/python3", append([]string{"-c", script}, args...)...)
	require.NoError(t, json.Unmarshal([]byte(out), &got), out)
	return got
}

func TestWriteLeavesTheSoundAlone(t *testing.T) {
	mp3 := sound(t)
	tagged := disclosed(t, mp3, sample())
	require.True(t, bytes.HasSuffix(tagged, mp3))
	tag, err := id3.Read(bytes.NewReader(tagged))
	require.NoError(t, err)
	require.Equal(t, tag.Size, len(tagged)-len(mp3))

	bare := soundWAV(t, 3)
	require.Equal(t, samplesOf(t, bare), samplesOf(t, disclosed(t, bare, sample())))
}

// soundWAV is a WAV file of seconds of sound.
func soundWAV(t *testing.T, seconds int, chunks ...wav.Chunk) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := wav.NewWriter(&b, rate, 1, int64(seconds)*rate, chunks)
	require.NoError(t, err)
	samples := make([]float32, seconds*rate)
	for i := range samples {
		samples[i] = float32(i%100)/100 - 0.5
	}
	require.NoError(t, w.Write(samples))
	require.NoError(t, w.Close())
	return b.Bytes()
}

// samplesOf is the content of the data chunk.
func samplesOf(t *testing.T, file []byte) []byte {
	t.Helper()
	c, ok := chunkOf(t, file, "data")
	require.True(t, ok)
	return c
}

func chunkOf(t *testing.T, file []byte, id string) ([]byte, bool) {
	t.Helper()
	list, err := wav.Chunks(bytes.NewReader(file))
	require.NoError(t, err)
	for _, c := range list {
		if c.ID == id {
			return file[c.Offset : c.Offset+c.Size], true
		}
	}
	return nil, false
}

func TestWriteIsTheSameTheSecondTime(t *testing.T) {
	for name, bare := range map[string][]byte{"MP3": frames(), "WAV": soundWAV(t, 1)} {
		once := disclosed(t, bare, sample())
		twice := disclosed(t, once, sample())
		if name == "WAV" {
			// The coding history is a list of what happened, and it happened again.
			b, _ := chunkOf(t, twice, "bext")
			require.Equal(t, 2, bytes.Count(b, []byte("T=TTS")))
			continue
		}
		require.Equal(t, once, twice, name)
	}
}

func TestWriteKeepsForeignFramesOfMP3(t *testing.T) {
	for _, version := range []string{"3", "4"} {
		path := write(t, "archive.mp3", sound(t))
		run(t, "/usr/bin/python3", "-c", `
import sys
from mutagen.id3 import ID3, TIT2, TRCK, TIPL, TXXX, COMM, TDRC, TDOR, APIC, CHAP, CTOC
version = int(sys.argv[2])
t = ID3()
t.add(TIT2(encoding=1, text='An old title'))
t.add(TRCK(encoding=1, text='3/7'))
t.add(TIPL(encoding=1, people=[['producer', 'Ödön']]))
t.add(TXXX(encoding=1, desc='ARCHIVE_ID', text='1234–ä'))
t.add(TXXX(encoding=1, desc='ai_disclosure', text='an older sentence'))
t.add(COMM(encoding=1, lang='eng', desc='', text='Kept comment'))
t.add(TDRC(encoding=0, text='1999-05-03T08:30'))
t.add(TDOR(encoding=0, text='1998'))
t.add(APIC(encoding=1, mime='image/png', type=3, desc='', data=b'\x89PNG' + bytes(300)))
t.add(CHAP(element_id='c1', start_time=0, end_time=500, start_offset=2**32-1, end_offset=2**32-1, sub_frames=[TIT2(encoding=3, text='x' * 200)]))
t.add(CTOC(element_id='toc', flags=3, child_element_ids=['c1'], sub_frames=[]))
if version == 3:
  t.update_to_v23()
t.save(sys.argv[1], v2_version=version, v1=2)`, path, version)
		run(t, "mp3val", path)
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		d := sample()
		d.Article.Published = ""
		d.Chapters, d.Audible.Present = nil, false
		out := write(t, "out.mp3", disclosed(t, data, d))
		got := python(t, `
import sys, json
from mutagen.id3 import ID3
t = ID3(sys.argv[1], translate=False)
print(json.dumps({'version': list(t.version), 'frames': {k: str(v) for k, v in t.items() if k[:4] not in ('PRIV', 'APIC', 'CHAP', 'CTOC')},
  'picture': str(len(t.getall('APIC')[0].data)), 'chapter': t.getall('CHAP')[0].sub_frames['TIT2'].text[0]}))`, out)
		frames := got["frames"].(map[string]any)
		require.Equal(t, []any{2.0, 4.0, 0.0}, got["version"])
		require.Equal(t, title, frames["TIT2"], "ours replaces the title")
		require.Equal(t, "3/7", frames["TRCK"])
		require.Contains(t, frames["TIPL"], "Ödön")
		require.Equal(t, "1234–ä", frames["TXXX:ARCHIVE_ID"])
		require.Equal(t, sentence, frames["TXXX:AI_DISCLOSURE"])
		require.NotContains(t, frames, "TXXX:ai_disclosure")
		require.Equal(t, sentence+" DigitalSourceType: "+source+"\nKept comment", frames["COMM::deu"], "the sentence stands before a comment")
		require.NotContains(t, frames, "COMM::eng")
		require.Equal(t, "1999-05-03 08:30", frames["TDRC"])
		require.Equal(t, "1998", frames["TDOR"])
		require.NotContains(t, frames, "TYER")
		require.Equal(t, "304", got["picture"])
		require.Equal(t, strings.Repeat("x", 200), got["chapter"])
		require.Equal(t, data[len(data)-128:], readAll(t, out)[len(readAll(t, out))-128:], "ID3v1 stays")
		require.NotContains(t, run(t, "mp3val", out), "WARNING")
		require.Empty(t, strings.TrimSpace(run(t, exiftool, "-a", "-s3", "-warning", "-error", out)))
	}
}

func readAll(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return data
}

func TestWriteReplacesOnlyWhatItSays(t *testing.T) {
	var tag id3.Tag
	tag.AddText("TIT2", "Kept title")
	tag.AddText("TPE1", "An old narrator")
	tag.AddPicture("image/jpeg", 3, "", []byte("front"))
	tag.AddPicture("image/jpeg", 4, "", []byte("back"))
	out := disclosed(t, append(tag.Bytes(), frames()...), disclosure.Disclosure{})
	got, err := id3.Read(bytes.NewReader(out))
	require.NoError(t, err)
	require.Equal(t, "Kept title", got.Text("TIT2"), "an empty title replaces nothing")
	require.Equal(t, "AI voice", got.Text("TPE1"))
	pictures := 0
	for _, f := range got.Frames {
		if f.ID == "APIC" {
			pictures++
		}
	}
	require.Equal(t, 2, pictures)
}

func TestWriteJoinsSeveralTags(t *testing.T) {
	var first, second id3.Tag
	first.AddText("TRCK", "1")
	second.AddText("TRCK", "2")
	second.AddText("TPOS", "5")
	out := disclosed(t, append(append(first.Bytes(), second.Bytes()...), frames()...), sample())
	got, err := id3.Read(bytes.NewReader(out))
	require.NoError(t, err)
	require.Equal(t, "1", got.Text("TRCK"))
	require.Equal(t, "5", got.Text("TPOS"))
	require.Equal(t, frames(), out[got.Size:])
}

// riffFile is a WAV file of chunks in order, the sound among them.
func riffFile(chunks ...wav.Chunk) []byte {
	b := []byte("RIFF\x00\x00\x00\x00WAVE")
	for _, c := range chunks {
		b = append(b, c.ID...)
		b = binary.LittleEndian.AppendUint32(b, uint32(len(c.Data)))
		b = append(b, c.Data...)
		if len(c.Data)%2 == 1 {
			b = append(b, 0)
		}
	}
	binary.LittleEndian.PutUint32(b[4:], uint32(len(b)-8))
	return b
}

// stereo is the fmt chunk of 16-bit stereo sound at 44.1 kHz.
func stereo() wav.Chunk {
	return wav.Chunk{ID: "fmt ", Data: []byte("\x01\x00\x02\x00\x44\xAC\x00\x00\x10\xB1\x02\x00\x04\x00\x10\x00")}
}

func TestWriteKeepsForeignChunksOfWAV(t *testing.T) {
	bext := make([]byte, 602)
	copy(bext, "An old description")
	copy(bext[256:], "Studio 3")
	copy(bext[320:], "1999-05-0308:30:00")
	bext[346] = 1
	bext = append(bext, "A=PCM,F=48000,W=16,M=stereo,T=DAT\r\n\x00"...)
	info := []byte("INFOINAM\x0A\x00\x00\x00Old title\x00IENG\x06\x00\x00\x00Bj\xF6rn\x00ICOP\x03\x00\x00\x00me\x00\x00")
	path := write(t, "archive.wav", riffFile(
		wav.Chunk{ID: "JUNK", Data: make([]byte, 29)}, stereo(), wav.Chunk{ID: "bext", Data: bext}, wav.Chunk{ID: "LIST", Data: info},
		wav.Chunk{ID: "data", Data: make([]byte, 44100*4)}, wav.Chunk{ID: "iXML", Data: []byte("<BWFXML/>")}, wav.Chunk{ID: "C2PA", Data: nil},
		wav.Chunk{ID: "cue ", Data: []byte("\x01\x00\x00\x00\x07\x00\x00\x00\x00\x10\x00\x00data\x00\x00\x00\x00\x00\x00\x00\x00\x00\x10\x00\x00")},
	))
	d := sample()
	d.Chapters, d.Audible.Present = nil, false
	out := disclosed(t, readAll(t, path), d)
	list, err := wav.Chunks(bytes.NewReader(out))
	require.NoError(t, err)
	var order []string
	for _, c := range list {
		order = append(order, c.ID)
	}
	require.Equal(t, []string{"JUNK", "fmt ", "CSET", "bext", "LIST", "_PMX", "data", "iXML", "cue "}, order)
	require.Equal(t, uint32(len(out)-8), binary.LittleEndian.Uint32(out[4:]))
	got, _ := chunkOf(t, out, "bext")
	require.True(t, bytes.HasPrefix(got, []byte(sentence)))
	require.Equal(t, bext[256:602], got[256:602], "originator, date and time stay")
	require.Equal(t, "A=PCM,F=48000,W=16,M=stereo,T=DAT\r\nA=PCM,F=44100,M=stereo,T=TTS piper "+model+"\r\n", string(got[602:]))
	printed := run(t, exiftool, "-a", "-s", "-G1", write(t, "out.wav", out))
	for _, want := range []string{title, "Björn", "Studio 3", "1999:05:03 08:30:00"} {
		require.Contains(t, printed, want)
	}
	require.NotContains(t, printed, "Old title")
	require.Empty(t, run(t, "ffmpeg", "-v", "error", "-i", filepath.Join(filepath.Dir(path), "archive.wav"), "-f", "null", "-"))
}

func TestWriteKeepsRF64(t *testing.T) {
	path := filepath.Join(t.TempDir(), "long.wav")
	run(t, "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=duration=1", "-rf64", "always", path)
	bare := readAll(t, path)
	require.Equal(t, "RF64", string(bare[:4]))
	out := disclosed(t, bare, sample())
	require.Equal(t, "RF64\xFF\xFF\xFF\xFFWAVEds64", string(out[:16]))
	require.Equal(t, samplesOf(t, bare), samplesOf(t, out))
	ds64, _ := chunkOf(t, out, "ds64")
	require.Equal(t, uint64(len(out)-8), binary.LittleEndian.Uint64(ds64))
	require.Equal(t, bare[36:44], ds64[16:24], "the number of samples stays")
	file := write(t, "out.wav", out)
	require.Equal(t, "1.000000", strings.TrimSpace(run(t, ffprobe, "-v", "error", "-of", "csv=p=0", "-show_entries", "format=duration", file)))
	require.True(t, verify(t, "out.wav", out).Disclosed)
}

func TestWriteGivesASizeToAStreamedWAV(t *testing.T) {
	bare := soundWAV(t, 1)
	streamed := bytes.Clone(bare)
	copy(streamed[4:], "\xFF\xFF\xFF\xFF")
	copy(streamed[40:], "\xFF\xFF\xFF\xFF")
	out := disclosed(t, streamed, sample())
	require.Equal(t, disclosed(t, bare, sample()), out)
}

func TestWriteRefusesWhatItDoesNotKnow(t *testing.T) {
	for name, c := range map[string]struct{ data, says string }{
		"empty":         {"", "it is empty"},
		"text":          {"Voice is AI-generated.", "neither"},
		"damaged tag":   {"ID3\x04\x00\x00\x00\x00\x00\x20TIT2\x7F\x7F\x7F\x7F\x00\x00" + strings.Repeat("x", 40), "damaged"},
		"WAV, no sound": {string(riffFile(stereo())), "without sound"},
		"many tags":     {strings.Repeat(string((&id3.Tag{}).Bytes()), 20) + string(frames()), "more than 8"},
	} {
		t.Run(name, func(t *testing.T) {
			d := sample()
			_, err := disclosure.Write(t.Context(), io.Discard, section([]byte(c.data)), &d, nil)
			require.ErrorContains(t, err, c.says)
		})
	}
}

func TestWriteDoesNotBreakASignatureUnasked(t *testing.T) {
	var tag id3.Tag
	tag.AddObject(id3.Object{MIME: "application/c2pa", Data: []byte("store")})
	d := sample()
	_, err := disclosure.Write(t.Context(), io.Discard, section(append(tag.Bytes(), frames()...)), &d, nil)
	var signed *disclosure.SignedError
	require.ErrorAs(t, err, &signed)
	require.NotEmpty(t, signed.Hint())
}

// TestCutFilesAreRefusedOrWholeAgain cuts files of every format at many places.
func TestCutFilesAreRefusedOrWholeAgain(t *testing.T) {
	d := sample()
	for _, ext := range []string{".mp3", ".wav", ".flac", ".opus", ".m4a"} {
		whole := disclosed(t, bare(t, ext), d)
		refused := 0
		for n := 0; n < len(whole); n += 1 + n/7 {
			var b bytes.Buffer
			if _, err := disclosure.Write(t.Context(), &b, section(whole[:n]), &d, nil); err != nil {
				require.Less(t, len(err.Error()), 200, "%s of %d bytes", ext, n)
				refused++
				continue
			}
			require.True(t, verify(t, "x"+ext, b.Bytes()).Disclosed, "%s of %d bytes", ext, n)
		}
		require.Greater(t, refused, 10, ext)
	}
}
