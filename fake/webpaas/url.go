package webpaas

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/fakecme/fakecme/fake/internal/op"
)

// Addresses have the form of the documented examples: signed ones and covers on
// cme.vod2.myqcloud.com below the account's id, unsigned ones on the account's own host. Nothing
// answers there. All of it follows from the material's id, so that addresses are the same in every run.
const (
	signedHost   = "https://cme.vod2.myqcloud.com"
	originBucket = "b64e98afvodcq"      // of files as they came
	outputBucket = "8d388657vodtranscq" // of what was made from them
)

// mediaURL is the signed address of the file. Its t is a Unix time in hex; that it is when the address
// stops working is assumed. It lies one to two days ahead and changes once a day. The sign is a
// digest of the id, no secret.
func mediaURL(c *op.Call, m Material) string {
	if m.MediaURL != "" {
		return m.MediaURL
	}
	const day = 24 * time.Hour
	until := c.Now.UTC().Truncate(day).Add(2 * day).Unix()
	return fmt.Sprintf("%s/%d/%s%d/%s/%s?t=%08x&whref=yunjian.qq.com&sign=%s",
		signedHost, c.Tenant.CMEAppID, originBucket, c.Tenant.CMEAppID, folder(m), fileName(m), until, hex.EncodeToString(idDigest(m)[16:]))
}

// originalURL is the address of the file without a signature.
func originalURL(c *op.Call, m Material) string {
	if m.MediaURL != "" {
		return m.MediaURL
	}
	return fmt.Sprintf("%s/%s%d/%s/%s", ownHost(c), originBucket, c.Tenant.CMEAppID, folder(m), fileName(m))
}

// coverURL is a picture of the material: a snapshot of a video, an image itself. Others have one only
// if it was given to them (assumed).
func coverURL(c *op.Call, m Material) string {
	switch {
	case m.CoverURL != "":
		return m.CoverURL
	case m.isImage():
		return mediaURL(c, m)
	case m.hasVideo() || m.Type == typeTemplate:
		return fmt.Sprintf("%s/%d/%s%d/%s/coverBySnapshot/coverBySnapshot_10_0.jpg",
			signedHost, c.Tenant.CMEAppID, outputBucket, c.Tenant.CMEAppID, folder(m))
	default:
		return ""
	}
}

// spriteURL is the address of a file of image sprites.
func spriteURL(c *op.Call, m Material, ending string) string {
	return fmt.Sprintf("%s/%s%d/%s/imageSprite/imageSprite_20056%s",
		ownHost(c), outputBucket, c.Tenant.CMEAppID, folder(m), ending)
}

func ownHost(c *op.Call) string {
	return fmt.Sprintf("https://%d.vod2.myqcloud.com", c.Tenant.CMEAppID)
}

// folder is eight hex digits and the id of the file.
func folder(m Material) string { return hex.EncodeToString(idDigest(m)[:4]) + m.VodFileID }

// fileName is twelve letters and digits, and the ending of the type.
func fileName(m Material) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	name := idDigest(m)[4:16]
	for i, b := range name {
		name[i] = letters[int(b)%len(letters)]
	}
	return string(name) + ending(m)
}

// idDigest is 32 bytes, of which folder, name and sign each take their own.
func idDigest(m Material) []byte {
	sum := sha256.Sum256([]byte("material " + m.ID))
	return sum[:]
}

func ending(m Material) string {
	switch {
	case m.hasVideo():
		return ".mp4"
	case m.isAudio():
		return ".mp3"
	case m.Type == typeSticker:
		return ".png"
	case m.isImage():
		return ".jpg"
	default:
		return ".json"
	}
}
