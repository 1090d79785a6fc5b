package disclosure_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/disclosure"
)

// The tools that look for the fields, and what each prints, as lines of "name=value".
const (
	atomic    = "AtomicParsley"
	exiftool  = "exiftool"
	exempi    = "exempi" // Adobe's XMP toolkit
	eyeD3     = "eyeD3"
	ffprobe   = "ffprobe"
	mediainfo = "mediainfo"
	metaflac  = "metaflac"
	mutagen   = "mutagen"
	opusinfo  = "opusinfo"
)

// findings runs every tool on the file.
func findings(t *testing.T, path string) map[string]string {
	t.Helper()
	flatten := func(pattern, s string) string { return regexp.MustCompile(pattern).ReplaceAllString(s, "$1$2=") }
	found := map[string]string{
		exiftool:  flatten(`(?m)^\[(\S+)\]\s+(\S+)\s+: `, run(t, exiftool, "-a", "-s", "-G1", path)),
		exempi:    run(t, exempi, "-x", path),
		ffprobe:   run(t, ffprobe, "-v", "warning", "-of", "flat", "-show_format", "-show_streams", "-show_chapters", path),
		mediainfo: flatten(`(?m)^(\S[^:\n]*?)()\s+: `, run(t, mediainfo, path)),
	}
	switch filepath.Ext(path) {
	case ".mp3":
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
  elif f.FrameID == 'APIC':
    print('APIC=%s %d %d' % (f.mime, f.type, len(f.data)))
  else:
    print('%s=%s' % (f.HashKey, f))`, path)
	case ".m4a":
		found[atomic] = run(t, atomic, path, "-t")
		found[mutagen] = run(t, "/usr/bin/python3", "-c", `
import sys
from mutagen.mp4 import MP4
f = MP4(sys.argv[1])
for k, v in f.tags.items():
  v = v[0].decode() if k.startswith('----') else v[0]
  print('%s=%s' % (k, len(v) if k == 'covr' else v))
for c in f.chapters:
  print('%.3f=%s' % (c.start, c.title))`, path)
	case ".flac", ".opus":
		found[mutagen] = run(t, "/usr/bin/python3", "-c", `
import sys, base64, mutagen
from mutagen.flac import Picture
f = mutagen.File(sys.argv[1])
pictures = getattr(f, 'pictures', [])
for k, v in f.tags:
  if k == 'METADATA_BLOCK_PICTURE':
    pictures.append(Picture(base64.b64decode(v)))
  else:
    print('%s=%s' % (k, v))
for p in pictures:
  print('picture=%s %d %d %dx%d' % (p.mime, p.type, len(p.data), p.width, p.height))`, path)
		if filepath.Ext(path) == ".flac" {
			found[metaflac] = run(t, metaflac, "--list", path)
		} else {
			found[opusinfo] = run(t, opusinfo, path)
		}
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

func mp3Fields(coverSize int) []field {
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
		{name: "notice", where: "TXXX", found: map[string]string{ffprobe: `format.tags.AI_NOTICE="0.300-4.100"`, mutagen: "TXXX:AI_NOTICE=0.300-4.100"}},
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
		{name: "cover", where: "APIC", found: map[string]string{
			mutagen: fmt.Sprintf("APIC=image/jpeg 3 %d", coverSize), eyeD3: "FRONT_COVER Image: [Size: " + fmt.Sprint(coverSize) + " bytes] [Type: image/jpeg]",
			exiftool: "ID3v2_4PictureType=Front Cover", ffprobe: "streams.stream.1.disposition.attached_pic=1",
		}},
		{name: "C2PA", absent: "no signer is given", never: []string{"GEOB", "c2pa"}},
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
		{name: "C2PA", absent: "no signer is given", never: []string{"C2PA", "JUMBF"}},
	}
}

// commentFields are the fields of FLAC and Opus; special is the tool that knows only the one format, and at is how ffprobe
// names the tags.
func commentFields(coverSize int, special, at string) []field {
	comment := func(name, key, ffprobeKey, value string) field {
		return field{name: name, where: key, found: map[string]string{
			special: key + "=" + value, mutagen: key + "=" + value, ffprobe: at + ".tags." + ffprobeKey + `="` + value,
		}}
	}
	picture := map[string]string{
		mutagen: fmt.Sprintf("picture=image/jpeg 3 %d 300x300", coverSize), exiftool: "FLACPictureType=Front Cover", ffprobe: "streams.stream.1.disposition.attached_pic=1",
		mediainfo: "Cover=Yes", special: "type: 6 (PICTURE)",
	}
	if special == opusinfo {
		picture[special] = fmt.Sprintf("METADATA_BLOCK_PICTURE=3|image/jpeg||300x300x24|<%d bytes of image data>", coverSize)
	}
	return []field{
		comment("title", "TITLE", "TITLE", title),
		comment("artist", "ARTIST", "ARTIST", "KI-Stimme: "+model),
		comment("site", "ORGANIZATION", "ORGANIZATION", "Beispielblatt"),
		comment("site", "ALBUM", "ALBUM", "Beispielblatt"),
		{name: "authors", where: "LYRICIST", found: map[string]string{
			special: "LYRICIST=Björn Beispiel", mutagen: "LYRICIST=Ada Muster", ffprobe: at + `.tags.LYRICIST="Ada Muster;Björn Beispiel"`,
		}},
		comment("section", "GENRE", "GENRE", "Politik"),
		comment("date", "DATE", "DATE", "2026-11-20T08:30:00+01:00"),
		comment("language", "LANGUAGE", "LANGUAGE", "de-AT"),
		{name: "duration", absent: "the stream says how long it is"},
		comment("SENTENCE, human", "COMMENT", "comment", sentence),
		{name: "SENTENCE, human", where: "DESCRIPTION", found: map[string]string{special: "DESCRIPTION=" + sentence, mediainfo: "Description=" + sentence}},
		comment("SENTENCE, machine", "AI_DISCLOSURE", "AI_DISCLOSURE", sentence),
		comment("DST", "DIGITALSOURCETYPE", "DIGITALSOURCETYPE", source),
		comment("engine", "AI_VOICE_ENGINE", "AI_VOICE_ENGINE", "piper 1.2-abc"),
		comment("model", "AI_VOICE_MODEL", "AI_VOICE_MODEL", model),
		comment("tool", "ENCODER", "ENCODER", "voicepress 0.1.0"),
		comment("encoder", "ENCODER_OPTIONS", "ENCODER_OPTIONS", "LAME 3.100, CBR 64 kb/s"),
		comment("article URL", "CONTACT", "CONTACT", address),
		comment("article URL", "WWW", "WWW", address),
		comment("policy URL", "AI_POLICY", "AI_POLICY", policy),
		{name: "text read", where: "LYRICS", found: map[string]string{
			special: "LYRICS=" + text, mutagen: "LYRICS=" + text, ffprobe: at + `.tags.LYRICS="Die Brücke steht.\n\nDer Fluß fließt & rauscht."`,
		}},
		comment("notice", "AI_NOTICE", "AI_NOTICE", "0.300-4.100"),
		{name: "chapters", where: "CHAPTER000", found: map[string]string{
			special: "CHAPTER000=00:00:00.300\n", mutagen: "CHAPTER000NAME=Hinweis: KI-Stimme\n", mediainfo: "00:00:00.300                             : Hinweis: KI-Stimme",
			ffprobe: `chapters.chapter.0.start_time="0.300000"` + "\n" + `chapters.chapter.0.end=5000` + "\n" + `chapters.chapter.0.end_time="5.000000"` + "\n" +
				`chapters.chapter.0.tags.title="Hinweis: KI-Stimme"`,
		}},
		{name: "chapters", where: "CHAPTER002 of the article", found: map[string]string{
			special: "CHAPTER002NAME=Was nun?", mediainfo: "00:00:09.000                             : Was nun?", ffprobe: `chapters.chapter.2.tags.title="Was nun?"`,
		}},
		{name: "XMP", absent: "the comments say the same, and readers look for no XMP here"},
		{name: "cover", where: "picture", found: picture},
		{name: "C2PA", absent: "no signer is given", never: []string{"GEOB", "c2pa"}},
	}
}

// bare are files of a few seconds as an encoder makes them.
func bare(t *testing.T, ext string) []byte {
	t.Helper()
	switch ext {
	case ".mp3":
		return sound(t)
	case ".wav":
		return wavFile(t, nil, 13)
	}
	dir := t.TempDir()
	path, wave := filepath.Join(dir, "bare"+ext), filepath.Join(dir, "sound.wav")
	run(t, "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=duration=12.345:sample_rate=48000", wave)
	switch ext {
	case ".flac":
		run(t, "flac", "--silent", "-o", path, wave)
	case ".opus":
		run(t, "opusenc", "--quiet", "--discard-comments", "--bitrate", "32", wave, path)
	case ".m4a":
		run(t, "ffmpeg", "-v", "error", "-i", wave, path)
	}
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return data
}

func m4aFields(coverSize int) []field {
	tag := func(name, atom, ffprobeKey, value string) field {
		return field{name: name, where: atom, found: map[string]string{
			atomic: `Atom "` + atom + `" contains: ` + value, mutagen: atom + "=" + value, ffprobe: "format.tags." + ffprobeKey + `="` + value,
		}}
	}
	own := func(name, key, value string) field {
		return field{name: name, where: "----:com.voicepress:" + key, found: map[string]string{
			atomic: `Atom "----" [com.voicepress;` + key + "] contains: " + value, mutagen: "----:com.voicepress:" + key + "=" + value,
			ffprobe: "format.tags." + key + `="` + value, exiftool: "iTunes" + key + "=" + value, mediainfo: key + "=" + value,
		}}
	}
	return []field{
		tag("title", "©nam", "title", title),
		tag("artist", "©ART", "artist", "KI-Stimme: "+model),
		tag("site", "©alb", "album", "Beispielblatt"),
		{name: "site", where: "©pub", found: map[string]string{atomic: `Atom "©pub" contains: Beispielblatt`, exiftool: "ItemListPublisher=Beispielblatt"}},
		{name: "authors", where: "----:com.apple.iTunes:LYRICIST", found: map[string]string{
			atomic: `Atom "----" [com.apple.iTunes;LYRICIST] contains: Ada Muster, Björn Beispiel`, ffprobe: `format.tags.LYRICIST="Ada Muster, Björn Beispiel"`,
		}},
		tag("section", "©gen", "genre", "Politik"),
		tag("date", "©day", "date", "2026-11-20T08:30:00+01:00"),
		{name: "language", where: "mdhd", found: map[string]string{
			exiftool: "Track1MediaLanguageCode=deu", ffprobe: `streams.stream.0.tags.language="deu"`, mediainfo: "Language=German",
		}},
		{name: "duration", where: "elst", found: map[string]string{ffprobe: `streams.stream.0.duration="12.345000"`, mediainfo: "Duration=12 s 345 ms"}},
		tag("SENTENCE, human", "©cmt", "comment", sentence),
		tag("SENTENCE, human", "desc", "description", sentence),
		own("SENTENCE, machine", "AI_DISCLOSURE", sentence),
		own("DST", "DigitalSourceType", source),
		own("engine", "AI_VOICE_ENGINE", "piper 1.2-abc"),
		own("model", "AI_VOICE_MODEL", model),
		tag("tool", "©too", "encoder", "voicepress 0.1.0"),
		own("encoder", "ENCODER_OPTIONS", "LAME 3.100, CBR 64 kb/s"),
		own("article URL", "URL", address),
		own("policy URL", "AI_POLICY", policy),
		{name: "text read", where: "©lyr", found: map[string]string{
			atomic: `Atom "©lyr" contains: ` + text, mutagen: "©lyr=" + text, ffprobe: `format.tags.lyrics="Die Brücke steht.\n\nDer Fluß fließt & rauscht."`,
		}},
		own("notice", "AI_NOTICE", "0.300-4.100"),
		{name: "chapters", where: "chpl", found: map[string]string{mutagen: "0.300=Hinweis: KI-Stimme\n", exiftool: "UserDataChapterList=[0:00:00.300] Hinweis: KI-Stimme, "}},
		{name: "chapters", where: "chapter track", found: map[string]string{
			exiftool: "Track1ChapterListTrackID=2", mediainfo: "Menu For=1",
			ffprobe: `chapters.chapter.0.start_time="0.300000"` + "\n" + `chapters.chapter.0.end=5000` + "\n" + `chapters.chapter.0.end_time="5.000000"` + "\n" +
				`chapters.chapter.0.tags.title="Hinweis: KI-Stimme"`,
		}},
		{name: "chapters", where: "chapter track of the article", found: map[string]string{
			mediainfo: "00:00:09.000                             : Was nun?", ffprobe: `chapters.chapter.2.tags.title="Was nun?"`,
		}},
		{name: "XMP", where: "uuid BE7ACFCB", found: map[string]string{
			exiftool: "XMP-iptcExtDigitalSourceType=" + source, exempi: "Iptc4xmpExt:DigitalSourceType",
		}},
		{name: "cover", where: "covr", found: map[string]string{
			mutagen: fmt.Sprintf("covr=%d", coverSize), mediainfo: "Cover=Yes", ffprobe: "streams.stream.2.disposition.attached_pic=1", atomic: "1 piece of artwork",
		}},
		{name: "C2PA", absent: "no signer is given", never: []string{"JUMBF", "c2pa"}},
	}
}

// TestForeignToolsFindEveryField is the profile as a table: each of its fields in each format, where it is written, and
// what at least two programs of others find there.
func TestForeignToolsFindEveryField(t *testing.T) {
	d := sample()
	var err error
	d.Cover, err = disclosure.NewCover(jpegOf(t, picture(300, 300)), true)
	require.NoError(t, err)
	size := len(d.Cover.Data)
	profile := []string{
		"title", "artist", "site", "authors", "section", "date", "language", "duration", "SENTENCE, human", "SENTENCE, machine", "DST",
		"engine", "model", "tool", "encoder", "article URL", "policy URL", "text read", "chapters", "XMP", "cover", "C2PA",
	}
	for ext, fields := range map[string][]field{
		".mp3": mp3Fields(size), ".wav": wavFields(), ".flac": commentFields(size, metaflac, "format"), ".opus": commentFields(size, opusinfo, "streams.stream.0"), ".m4a": m4aFields(size),
	} {
		path := write(t, "sample"+ext, disclosed(t, bare(t, ext), d))
		found := findings(t, path)
		covered := map[string]bool{}
		for _, f := range fields {
			covered[f.name] = true
			t.Run(ext[1:]+" "+f.name+" "+f.where, func(t *testing.T) {
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
			require.True(t, covered[name], "%s has no row for %s", ext, name)
		}
	}
}

func TestForeignToolsFindNothingWrong(t *testing.T) {
	d := sample()
	files := map[string]string{}
	for _, ext := range []string{".mp3", ".wav", ".flac", ".opus", ".m4a"} {
		files[ext] = write(t, "sample"+ext, disclosed(t, bare(t, ext), d))
		require.Empty(t, run(t, "ffmpeg", "-v", "error", "-i", files[ext], "-f", "null", "-"))
		// ExifTool 12.57 reads the texts of WAV as UTF-8 and says that it knows no code page 65001, which is UTF-8.
		warnings := strings.TrimSpace(run(t, exiftool, "-a", "-ee", "-s3", "-warning", "-error", files[ext]))
		require.Contains(t, []string{"", "Unsupported character set (65001)"}, warnings)
	}
	require.NotContains(t, run(t, "mp3val", files[".mp3"]), "WARNING")
	require.Contains(t, run(t, "sox", "--info", files[".wav"]), "Sample Rate    : 22050")
	require.NotContains(t, run(t, "flac", "--test", "--warnings-as-errors", "--silent", files[".flac"]), "WARNING")
	require.NotContains(t, strings.ToUpper(run(t, opusinfo, files[".opus"])), "WARNING")
	run(t, "opusdec", "--quiet", files[".opus"], filepath.Join(t.TempDir(), "out.wav"))
}
