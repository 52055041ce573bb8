package webpaas

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"

	"github.com/fakecme/fakecme/fake/internal/op"
)

// Addresses have the form of the documented examples: signed addresses and covers are on cme.vod2.myqcloud.com below the
// id of the account, others on the host of the account. They are made from the id of the material, so that they are the
// same in every run. No server responds there.
const (
	signedHost   = "https://cme.vod2.myqcloud.com"
	originBucket = "b64e98afvodcq"      // of uploaded files
	outputBucket = "8d388657vodtranscq" // of files that VOD made
)

// files knows the addresses of the files of a material.
type files struct {
	of      *Material
	account string // the id of the account
	folder  string // eight hex digits and the id of the file
	name    string // twelve letters and digits, and the extension of the type
	query   string // of a signed address
}

// filesOf returns the files of a material. In the query of a signed address, t is a Unix time in hex, one to two days
// ahead, that changes once a day; that it is the time at which the address expires is assumed. The sign is a digest of
// the id and no secret.
func filesOf(c *op.Call, m *Material) files {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	digest := sha256.Sum256([]byte("material " + m.ID))
	name := digest[4:16]
	for i, b := range name {
		name[i] = letters[int(b)%len(letters)]
	}
	const day = 24 * time.Hour
	until := fmt.Sprintf("%08x", c.Now.UTC().Truncate(day).Add(2*day).Unix())
	return files{
		of: m, account: strconv.FormatInt(c.Tenant.CMEAppID, 10),
		folder: hex.EncodeToString(digest[:4]) + m.VodFileID, name: string(name) + extension(*m),
		query: "?t=" + until + "&whref=yunjian.qq.com&sign=" + hex.EncodeToString(digest[16:]),
	}
}

// media returns the signed address of the file.
func (f files) media() string {
	if f.of.MediaURL != "" {
		return f.of.MediaURL
	}
	return signedHost + "/" + f.account + "/" + originBucket + f.account + "/" + f.folder + "/" + f.name + f.query
}

// original returns the address of the file without a signature.
func (f files) original() string {
	if f.of.MediaURL != "" {
		return f.of.MediaURL
	}
	return f.ownHost() + originBucket + f.account + "/" + f.folder + "/" + f.name
}

// cover returns the address of a picture of the material: a snapshot of a video, or an image itself. Other materials
// have only the cover that a fixture gives them (assumed).
func (f files) cover() string {
	switch {
	case f.of.CoverURL != "":
		return f.of.CoverURL
	case f.of.isImage():
		return f.media()
	case f.of.hasVideo() || f.of.Type == typeTemplate:
		return signedHost + "/" + f.account + "/" + outputBucket + f.account + "/" + f.folder + "/coverBySnapshot/coverBySnapshot_10_0.jpg"
	default:
		return ""
	}
}

// output returns the address of a file that VOD made of the material.
func (f files) output(path string) string {
	return f.ownHost() + outputBucket + f.account + "/" + f.folder + "/" + path
}

func (f files) ownHost() string { return "https://" + f.account + ".vod2.myqcloud.com/" }
