// Package wav writes 16-bit WAV files, mono or stereo, and reads what speech engines return as WAV.
//
// Both sides stream: memory does not grow with the length of the sound. The package knows the container and its
// samples, not what metadata chunks mean (that is audio/disclosure), and it is not for compressed formats inside WAV.
//
// Sources: IBM and Microsoft, "Multimedia Programming Interface and Data Specifications 1.0" (1991), chapter 2 (RIFF);
// Microsoft, "Multiple Channel Audio Data and WAVE Files" (2007; WAVE_FORMAT_EXTENSIBLE); EBU Tech 3306 version 1.1
// (2009; RF64).
package wav

import "fmt"

// Format tags of the fmt chunk.
const (
	tagPCM        = 0x0001
	tagFloat      = 0x0003
	tagExtensible = 0xFFFE
)

const (
	chunkHeader = 8  // identifier and size, bytes
	riffHeader  = 12 // chunk header and the form type "WAVE", bytes
	fmtSize     = 16 // fmt chunk of plain PCM, bytes
	ds64Size    = 28 // ds64 chunk with an empty table, bytes

	// unknown32 in a 32-bit size says that the size is elsewhere: in ds64 (EBU Tech 3306), or nowhere in a stream.
	unknown32 = 0xFFFFFFFF
)

// SyntaxError says what is wrong with a WAV file, and where.
type SyntaxError struct {
	Offset int64 // bytes from the start of the file
	Reason string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("WAV file is damaged at byte %d: %s", e.Offset, e.Reason)
}
