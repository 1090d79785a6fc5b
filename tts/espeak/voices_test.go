package espeak

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// table is an extract of what espeak-ng 1.51 prints.
const table = `Pty Language       Age/Gender VoiceName          File                 Other Languages
 5  chr-US-Qaaa-x-west --/M      Cherokee_          iro/chr
 5  cmn             --/M      Chinese_(Mandarin,_latin_as_English) sit/cmn              (zh-cmn 5)(zh 5)
 5  cmn-latn-pinyin --/M      Chinese_(Mandarin,_latin_as_Pinyin) sit/cmn-Latn-pinyin  (zh-cmn 5)(zh 5)
 5  de              --/M      German             gmw/de
 5  en-029          --/M      English_(Caribbean) gmw/en-029           (en 10)
 2  en-gb           --/M      English_(Great_Britain) gmw/en               (en 2)
 5  en-gb-x-rp      --/M      English_(Received_Pronunciation) gmw/en-GB-x-rp       (en-gb 4)(en 5)
 2  en-us           --/M      English_(America)  gmw/en-US            (en 3)
 5  en-us-nyc       --/M      English_(America,_New_York_City) gmw/en-US-nyc
 5  es              --/M      Spanish_(Spain)    roa/es
 5  es-419          --/M      Spanish_(Latin_America) roa/es-419           (es-mx 6)(es 6)
 5  fr-be           --/M      French_(Belgium)   roa/fr-BE            (fr 8)
 5  fr-fr           --/M      French_(France)    roa/fr               (fr 5)
 5  nb              --/M      Norwegian_Bokmål  gmq/nb               (no 5)
 5  piqd            --/M      Klingon            art/piqd
 5  yue             --/M      Chinese_(Cantonese) sit/yue              (zh-yue 5)(zh 8)
 5  yue             --/M      Chinese_(Cantonese,_latin_as_Jyutping) sit/yue-Latn-jyutping (zh-yue 5)(zh 8)
 5  --evil          --/M      Evil               ../../etc/passwd
`

func TestParseVoicesReadsTheTable(t *testing.T) {
	got := map[string]string{}
	voices := parseVoices(table)
	for _, v := range voices {
		got[v.id] = v.language
	}
	require.Len(t, voices, 17, "all but the evil one")
	require.Equal(t, map[string]string{
		"chr-US-Qaaa-x-west": "chr-US", "cmn": "cmn", "cmn-latn-pinyin": "cmn-Latn-pinyin", "de": "de",
		"en-029": "en-029", "en-gb": "en-GB", "en-gb-x-rp": "en-GB-x-rp", "en-us": "en-US", "en-us-nyc": "en-US",
		"es": "es", "es-419": "es-419", "fr-be": "fr-BE", "fr-fr": "fr-FR", "nb": "nb", "piqd": "und", "yue": "yue",
		"sit/yue-Latn-jyutping": "yue",
	}, got)
	french := slices.IndexFunc(voices, func(v voice) bool { return strings.HasPrefix(v.id, "fr-") })
	require.Equal(t, "fr-fr", voices[french].id, "the one that espeak-ng prefers where no region is asked for comes first")
}

func TestForLanguageTakesTheNearestVoice(t *testing.T) {
	voices := parseVoices(table)
	for tag, want := range map[string]string{
		"en": "en-gb", "en-US": "en-us", "en-AU": "en-gb", "EN-gb": "en-gb", "de-AT": "de", "fr": "fr-fr", "fr-CA": "fr-fr",
		"fr-BE": "fr-be", "es-MX": "es-419", "es-AR": "es", "zh-Hans-CN": "cmn", "no": "nb", "yue-HK": "yue",
	} {
		v, ok := forLanguage(voices, tag)
		require.True(t, ok, tag)
		require.Equal(t, want, v.id, tag)
	}
	for _, tag := range []string{"", "-", "tlh", "e", "xx-en"} {
		_, ok := forLanguage(voices, tag)
		require.False(t, ok, tag)
	}
}

func FuzzParseVoices(f *testing.F) {
	f.Add(table)
	f.Add("5 a b c d (")
	f.Fuzz(func(t *testing.T, text string) {
		for _, v := range parseVoices(text) {
			require.NoError(t, checkVoice(v.id))
		}
	})
}
