package disclosure

import (
	"errors"
	"fmt"
	"io"

	"github.com/voicepress/voicepress/audio/c2pa"
	"github.com/voicepress/voicepress/audio/flac"
	"github.com/voicepress/voicepress/audio/id3"
	"github.com/voicepress/voicepress/audio/vorbis"
)

// flacFile is a FLAC stream. What is said about the voice stands in its Vorbis comment and picture blocks. The manifest
// store is an object in an ID3v2 tag before the stream (C2PA 2.2, A.3.4), as in MP3; without a manifest there is no tag,
// unless there was one.
type flacFile struct{}

func (flacFile) name() string { return "FLAC" }

func (flacFile) layout(src *io.SectionReader, d *Disclosure) (func(store []byte) (c2pa.Layout, error), error) {
	old, start, err := leadingTags(src)
	if err != nil {
		return nil, err
	}
	tag := &id3.Tag{}
	kept := withoutStore(old.Upgraded())
	if len(kept) > 0 { // a tag that speaks has to say the same as the comments
		tag = d.tag(old)
		tag.Keep(kept)
	}
	blocks, frames, err := flac.Blocks(src, start)
	if err != nil {
		return nil, err
	}
	parts, err := d.flacBlocks(src, blocks)
	if err != nil {
		return nil, err
	}
	rest := append(parts, c2pa.Part{Source: io.NewSectionReader(src, frames, src.Size()-frames)})
	return func(store []byte) (c2pa.Layout, error) {
		if store == nil && len(kept) == 0 {
			return c2pa.Layout{Parts: rest}, nil
		}
		return afterTag(tag, store, rest...)
	}, nil
}

// flacBlocks is the start of a stream, up to its frames: the blocks that it has, with ours in place of those that say the
// same.
func (d *Disclosure) flacBlocks(src *io.SectionReader, blocks []flac.BlockInfo) ([]c2pa.Part, error) {
	const padding = 1024 // bytes, so that other programs can change a tag without writing the whole file
	parts := []c2pa.Part{{Bytes: []byte("fLaC")}}
	add := func(kind byte, content []byte, last bool) error {
		b, err := flac.AppendBlockHeader(nil, kind, int64(len(content)), last)
		parts = append(parts, c2pa.Part{Bytes: append(b, content...)})
		return err
	}
	var old vorbis.Comments
	for _, block := range blocks {
		switch block.Kind {
		case flac.BlockPadding:
			continue
		case flac.BlockVorbisComment:
			content, err := block.Read(src)
			if err != nil {
				return nil, err
			}
			if old, _, err = vorbis.Read(content); err != nil {
				return nil, fmt.Errorf("FLAC file is damaged at byte %d: %w", block.Offset, err)
			}
			continue
		case flac.BlockPicture:
			start := make([]byte, 4)
			if _, err := src.ReadAt(start, block.Offset); err != nil {
				return nil, fmt.Errorf("read: %w", cause(err))
			}
			if kind, _ := vorbis.PictureKind(start); kind == frontCover && d.Cover != nil {
				continue
			}
		}
		b, err := flac.AppendBlockHeader(nil, block.Kind, block.Size, false)
		if err != nil {
			return nil, err
		}
		parts = append(parts, c2pa.Part{Bytes: b}, c2pa.Part{Source: io.NewSectionReader(src, block.Offset, block.Size)})
	}
	if err := add(flac.BlockVorbisComment, d.comments(old).Append(nil), false); err != nil {
		return nil, err
	}
	if d.Cover != nil {
		if err := add(flac.BlockPicture, d.picture().Append(nil), false); err != nil {
			return nil, err
		}
	}
	return parts, add(flac.BlockPadding, make([]byte, padding), true)
}

// read reads what stands in the tag before a stream and in its metadata blocks.
func (f flacFile) read(src *io.SectionReader) (carried, error) {
	c := carried{format: f.name()}
	tag, start, err := leadingTags(src)
	if err != nil {
		return c, err
	}
	blocks, _, err := flac.Blocks(src, start)
	if errors.Is(err, flac.ErrNotFLAC) {
		return c, errNotAudio
	}
	if err != nil {
		return c, err
	}
	for _, block := range blocks {
		if block.Kind != flac.BlockVorbisComment {
			continue
		}
		content, err := block.Read(src)
		if err != nil {
			return c, err
		}
		v, _, err := vorbis.Read(content)
		if err != nil {
			return c, fmt.Errorf("FLAC file is damaged at byte %d: %w", block.Offset, err)
		}
		c.readComments(v)
		break // there is at most one
	}
	c.readTag(tag)
	return c, c.readStore(src, tag, start)
}
