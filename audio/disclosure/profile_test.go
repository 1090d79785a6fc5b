package disclosure_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The tools that look for the fields, and what each prints, as lines of "name=value".
const (
	exiftool  = "exiftool"
	exempi    = "exempi" // Adobe's XMP toolkit
	eyeD3     = "eyeD3"
	ffprobe   = "ffprobe"
	mediainfo = "mediainfo"
	mutagen   = "mutagen"
)

// findings runs every tool on the file.
func findings(t *testing.T, path string) map[string]string {
	t.Helper()
	flatten := func(pattern, s string) string { return regexp.MustCompile(pattern).ReplaceAllString(s, "$1$2=") }
	found := map[string]string{
		exiftool:  flatten(`(?m)^\[(\S+)\]\s+(\S+)\s+: `, run(t, exiftool, "-a", "-s", "-G1", path)),
		exempi:    run(t, exempi, "-x", path),
		ffprobe:   run(t, ffprobe, "-v", "warning", "-of", "flat", "-show_format", "-show_chapters", path),
		mediainfo: flatten(`(?m)^(\S[^:\n]*?)()\s+: `, run(t, mediainfo, path)),
	}
	if strings.HasSuffix(path, ".mp3") {
		found[eyeD3] = run(t, eyeD3, "--no-color", "-v", path)
		found[mutagen] = run(t, "/usr/bin/python3", "-c", `
import sys
from mutagen.id3 import ID3
for f in ID3(sys.argv[1]).values():
  if f.FrameID == 'CHAP':
    print('%s=%d-%d %s' % (f.HashKey, f.start_time, f.end_time, f.sub_frames['TIT2']))
  elif f.FrameID == 'CTOC':
    print('CTOC=' + ' '.join(f.child_element_ids))
  elif f.FrameID == 'PRIV':
    print('PRIV:%s=%s' % (f.owner, f.data.decode()))
  else:
    print('%s=%s' % (f.HashKey, f))`, path)
	}
	return found
}

const (
	title    = "Die „Brücke“ & der Fluß – ein Bericht"
	sentence = "Die Stimme ist KI-generiert. Es kann zu Unstimmigkeiten kommen."
	model    = "de_DE-example-medium"
	source   = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
	address  = "https://news.example/politik/br%C3%BCcke?id=7&x=%3C1%3E"
	policy   = "https://news.example/ki"
	text     = "Die Brücke steht.\n\nDer Fluß fließt & rauscht."
)

// field is one field of the profile in one format: where it is, and which line of which tool proves it. A field that is
// not written says why, and which lines would give it away.
type field struct {
	name, where string
	found       map[string]string
	absent      string
	never       []string
}

func mp3Fields() []field {
	return []field{
		{name: "title", where: "TIT2", found: map[string]string{
			exiftool: "ID3v2_4Title=" + title, ffprobe: `format.tags.title="` + title, mediainfo: "Track name=" + title, eyeD3: "title: " + title,
		}},
		{name: "artist", where: "TPE1", found: map[string]string{
			exiftool: "ID3v2_4Artist=KI-Stimme: " + model, ffprobe: `format.tags.artist="KI-Stimme: ` + model, mutagen: "TPE1=KI-Stimme: " + model,
		}},
		{name: "site", where: "TPUB", found: map[string]string{
			exiftool: "ID3v2_4Publisher=Beispielblatt", ffprobe: `format.tags.publisher="Beispielblatt"`, eyeD3: "Publisher/label: Beispielblatt",
		}},
		{name: "site", where: "TALB", found: map[string]string{exiftool: "ID3v2_4Album=Beispielblatt", mutagen: "TALB=Beispielblatt"}},
		{name: "authors", where: "TEXT", found: map[string]string{
			exiftool: "ID3v2_4Lyricist=Ada Muster, Björn Beispiel", mutagen: "TEXT=Ada Muster, Björn Beispiel",
		}},
		{name: "section", where: "TCON", found: map[string]string{exiftool: "ID3v2_4Genre=Politik", ffprobe: `format.tags.genre="Politik"`}},
		{name: "date", where: "TDRC", found: map[string]string{
			exiftool: "ID3v2_4RecordingTime=2026:11:20 07:30:00", ffprobe: `format.tags.date="2026-11-20T07:30:00"`,
			mutagen: "TDRC=2026-11-20 07:30:00", eyeD3: "recording date: 2026-11-20T07:30:00",
		}},
		{name: "language", where: "TLAN", found: map[string]string{exiftool: "ID3v2_4Language=deu", ffprobe: `format.tags.language="deu"`}},
		{name: "duration", where: "TLEN", found: map[string]string{exiftool: "ID3v2_4Length=12.345 s", mutagen: "TLEN=12345"}},
		{name: "SENTENCE, human", where: "COMM", found: map[string]string{
			exiftool: "ID3v2_4Comment-deu=(AI disclosure) " + sentence, mutagen: "COMM:AI disclosure:deu=" + sentence,
			eyeD3: "Comment: [Description: AI disclosure] [Lang: deu]\n" + sentence,
		}},
		{name: "SENTENCE, machine", where: "TXXX", found: map[string]string{
			exiftool: "UserDefinedText=(AI_DISCLOSURE) " + sentence, ffprobe: `format.tags.AI_DISCLOSURE="` + sentence,
			mediainfo: "AI_DISCLOSURE=" + sentence, mutagen: "TXXX:AI_DISCLOSURE=" + sentence,
		}},
		{name: "DST", where: "TXXX", found: map[string]string{
			exiftool: "UserDefinedText=(DigitalSourceType) " + source, ffprobe: `format.tags.DigitalSourceType="` + source, mediainfo: "DigitalSourceType=" + source,
		}},
		{name: "engine", where: "TXXX", found: map[string]string{
			ffprobe: `format.tags.AI_VOICE_ENGINE="piper 1.2-abc"`, mutagen: "TXXX:AI_VOICE_ENGINE=piper 1.2-abc",
		}},
		{name: "model", where: "TXXX", found: map[string]string{ffprobe: `format.tags.AI_VOICE_MODEL="` + model, mutagen: "TXXX:AI_VOICE_MODEL=" + model}},
		{name: "tool", where: "TENC", found: map[string]string{exiftool: "ID3v2_4EncodedBy=voicepress 0.1.0", mediainfo: "Encoded by=voicepress 0.1.0"}},
		{name: "encoder", where: "TSSE", found: map[string]string{
			exiftool: "ID3v2_4EncoderSettings=LAME 3.100, CBR 64 kb/s", ffprobe: `format.tags.encoder="LAME 3.100, CBR 64 kb/s"`,
		}},
		{name: "article URL", where: "WOAF", found: map[string]string{
			exiftool: "ID3v2_4FileURL=" + address, mutagen: "WOAF=" + address, eyeD3: "Audio file URL: " + address,
		}},
		{name: "policy URL", where: "WXXX", found: map[string]string{
			exiftool: "UserDefinedURL=(AI policy) " + policy, mutagen: "WXXX:AI policy=" + policy,
		}},
		{name: "text read", where: "USLT", found: map[string]string{
			mutagen: "USLT::deu=" + text, eyeD3: "Lyrics: [Description: ] [Lang: deu]\n" + text, ffprobe: "Die Brücke steht.\\n\\nDer Fluß fließt & rauscht.",
		}},
		{name: "chapters", where: "CTOC", found: map[string]string{
			mutagen: "CTOC=ai-disclosure chapter-1 chapter-2", eyeD3: "CTOC (",
		}},
		{name: "chapters", where: "CHAP", found: map[string]string{
			mutagen: "CHAP:ai-disclosure=300-4100 Hinweis: KI-Stimme\n",
			ffprobe: `chapters.chapter.0.start=300` + "\n" + `chapters.chapter.0.start_time="0.300000"` + "\n" +
				`chapters.chapter.0.end=4100` + "\n" + `chapters.chapter.0.end_time="4.100000"` + "\n" + `chapters.chapter.0.tags.title="Hinweis: KI-Stimme"`,
		}},
		{name: "chapters", where: "CHAP of the article", found: map[string]string{
			mutagen: "CHAP:chapter-2=9000-12345 Was nun?\n", ffprobe: `chapters.chapter.2.tags.title="Was nun?"`,
		}},
		{name: "XMP", where: "PRIV", found: map[string]string{
			exiftool: "XMP-iptcExtDigitalSourceType=" + source, exempi: "<Iptc4xmpExt:DigitalSourceType>" + source + "<",
			mutagen: "PRIV:XMP=<?xpacket begin=",
		}},
		{name: "cover", absent: "the badge belongs to the picture, and no picture is handed in", never: []string{"Picture", "APIC"}},
		{name: "C2PA", absent: "no manifest is signed yet; the sidecar says so", never: []string{"GEOB", "c2pa"}},
	}
}

func wavFields() []field {
	return []field{
		{name: "title", where: "INFO INAM", found: map[string]string{exiftool: "RIFFTitle=" + title, ffprobe: `format.tags.title="` + title}},
		{name: "artist", where: "INFO IART", found: map[string]string{
			exiftool: "RIFFArtist=KI-Stimme: " + model, ffprobe: `format.tags.artist="KI-Stimme: ` + model,
		}},
		{name: "site", where: "INFO ISRC", found: map[string]string{exiftool: "RIFFSource=Beispielblatt", ffprobe: `format.tags.ISRC="Beispielblatt"`}},
		{name: "authors", where: "_PMX", found: map[string]string{
			exiftool: "XMP-dcContributor=Ada Muster, Björn Beispiel", exempi: "<rdf:li>Björn Beispiel</rdf:li>",
		}},
		{name: "section", where: "INFO IGNR", found: map[string]string{exiftool: "RIFFGenre=Politik", ffprobe: `format.tags.genre="Politik"`}},
		{name: "date", where: "INFO ICRD", found: map[string]string{exiftool: "RIFFDateCreated=2026:11:20", ffprobe: `format.tags.date="2026-11-20"`}},
		{name: "language", where: "INFO ILNG", found: map[string]string{exiftool: "RIFFLanguage=deu", ffprobe: `format.tags.language="deu"`}},
		{name: "duration", absent: "the format chunk and the length of the sound give it"},
		{name: "SENTENCE, human", where: "bext Description", found: map[string]string{
			exiftool: "RIFFDescription=" + sentence + " " + address, mediainfo: "Description=" + sentence + " " + address,
		}},
		{name: "SENTENCE, human", where: "INFO ICMT", found: map[string]string{
			exiftool: "RIFFComment=" + sentence, ffprobe: `format.tags.comment="` + sentence, mediainfo: "Comment=" + sentence,
		}},
		{name: "SENTENCE, machine", where: "_PMX", found: map[string]string{
			exiftool: "XMP-dcDescription=" + sentence, exempi: `<rdf:li xml:lang="x-default">` + sentence,
		}},
		{name: "DST", where: "_PMX", found: map[string]string{
			exiftool: "XMP-iptcExtDigitalSourceType=" + source, exempi: "<Iptc4xmpExt:DigitalSourceType>" + source + "<",
		}},
		{name: "engine", where: "bext CodingHistory", found: map[string]string{
			exiftool: "RIFFCodingHistory=A=PCM,F=22050,M=mono,T=TTS piper ", mediainfo: "Encoding settings=A=PCM,F=22050,M=mono,T=TTS piper ",
		}},
		{name: "model", where: "bext CodingHistory", found: map[string]string{
			exiftool: "T=TTS piper " + model, ffprobe: "T=TTS piper " + model,
		}},
		{name: "tool", where: "INFO ISFT", found: map[string]string{exiftool: "RIFFSoftware=voicepress 0.1.0", ffprobe: `format.tags.encoder="voicepress 0.1.0"`}},
		{name: "tool", where: "bext Originator", found: map[string]string{
			exiftool: "RIFFOriginator=voicepress 0.1.0", ffprobe: `format.tags.encoded_by="voicepress 0.1.0"`,
		}},
		{name: "encoder", absent: "PCM has none"},
		{name: "article URL", where: "INFO ICMT", found: map[string]string{exiftool: sentence + " " + address + " AI policy", ffprobe: sentence + " " + address + " AI policy"}},
		{name: "policy URL", where: "INFO ICMT", found: map[string]string{exiftool: "AI policy: " + policy, ffprobe: "AI policy: " + policy}},
		{name: "text read", absent: "the format has no place for it; the account beside the file holds it"},
		{name: "chapters", where: "cue + LIST adtl", found: map[string]string{
			exiftool: "RIFFCuePointLabel=1 Hinweis: KI-Stimme",
			ffprobe:  "chapters.chapter.0.start=6615\n" + `chapters.chapter.0.start_time="0.300000"`,
		}},
		{name: "chapters", where: "cue + LIST adtl of the article", found: map[string]string{
			exiftool: "RIFFCuePointLabel=3 Was nun?", ffprobe: `chapters.chapter.2.tags.title="Was nun?"`,
		}},
		{name: "XMP", where: "_PMX", found: map[string]string{exiftool: "XMP-xmpCreatorTool=voicepress 0.1.0", exempi: "<xmp:CreatorTool>voicepress 0.1.0"}},
		{name: "cover", absent: "the format has no place for it"},
		{name: "C2PA", absent: "no manifest is signed yet; the sidecar says so", never: []string{"C2PA", "JUMBF"}},
	}
}

// TestForeignToolsFindEveryField is the profile as a table: each of its fields in each format, where it is written, and
// what at least two programs of others find there.
func TestForeignToolsFindEveryField(t *testing.T) {
	d := sample()
	files := map[string]struct {
		path   string
		fields []field
	}{
		"MP3": {write(t, "sample.mp3", append(d.ID3(), sound(t)...)), mp3Fields()},
		"WAV": {write(t, "sample.wav", wavFile(t, d.WAV(rate), 13)), wavFields()},
	}
	profile := []string{
		"title", "artist", "site", "authors", "section", "date", "language", "duration", "SENTENCE, human", "SENTENCE, machine", "DST",
		"engine", "model", "tool", "encoder", "article URL", "policy URL", "text read", "chapters", "XMP", "cover", "C2PA",
	}
	for format, file := range files {
		found := findings(t, file.path)
		covered := map[string]bool{}
		for _, f := range file.fields {
			covered[f.name] = true
			t.Run(format+" "+f.name+" "+f.where, func(t *testing.T) {
				if f.absent == "" {
					require.GreaterOrEqual(t, len(f.found), 2, "two tools read it")
				}
				for tool, line := range f.found {
					require.Contains(t, found[tool], line, tool)
				}
				for _, line := range f.never {
					for tool, output := range found {
						require.NotContains(t, output, line, tool)
					}
				}
			})
		}
		for _, name := range profile {
			require.True(t, covered[name], "%s has no row for %s", format, name)
		}
	}
}

func TestForeignToolsFindNothingWrong(t *testing.T) {
	d := sample()
	mp3 := write(t, "sample.mp3", append(d.ID3(), sound(t)...))
	require.NotContains(t, run(t, "mp3val", mp3), "WARNING")
	require.NotContains(t, run(t, exiftool, "-a", "-warning", "-error", mp3), "Warning")
	wav := write(t, "sample.wav", wavFile(t, d.WAV(rate), 13))
	// ExifTool 12.57 reads the texts as UTF-8 and says that it knows no code page 65001, which is UTF-8.
	warnings := strings.TrimSpace(run(t, exiftool, "-a", "-s3", "-warning", "-error", wav))
	require.Contains(t, []string{"", "Unsupported character set (65001)"}, warnings)
	for _, path := range []string{mp3, wav} {
		require.Empty(t, run(t, "ffmpeg", "-v", "error", "-i", path, "-f", "null", "-"))
	}
	require.Contains(t, run(t, "sox", "--info", wav), "Sample Rate    : 22050")
}
