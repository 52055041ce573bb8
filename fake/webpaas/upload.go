package webpaas

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/internal/op"
)

var uploadOps = []op.Op[State]{
	op.Write("Material.CreateUploadMaterial", createUpload),
	op.Write("Material.FinishUploadMaterial", finishUpload),
}

// uploadLife is how long an UploadContext is valid. It is assumed: the documents only say that a context can be illegal.
const uploadLife = 24 * time.Hour

// uploadTypes are the documented types of an upload, fewer than those of a material.
var uploadTypes = []string{typeVideo, typeAudio, typeImage, typeSticker, typeEffectVideo}

type createUploadRequest struct {
	ClassID      classRef `json:"ClassId"`
	MaterialType string
	Name         string
	Owner        wireEntity
	VerifySign   string
	TagSet       []string
}

type createUploadResponse struct {
	UploadContext string
	VodUploadSign string
}

// createUpload begins an upload. The page states no limits: those of Material.ModifyMaterial are assumed for the name,
// and for tags, which only clients of a sister host send.
func createUpload(c *op.Call, st *State, req createUploadRequest) (createUploadResponse, error) {
	class, err := st.openClass(c, req.Owner.entity(), int64(req.ClassID), toWrite)
	if err != nil {
		return createUploadResponse{}, err
	}
	if err := req.validate(); err != nil {
		return createUploadResponse{}, err
	}
	if err := checkVerifySign(c, req.VerifySign); err != nil {
		return createUploadResponse{}, err
	}
	u := Upload{
		Context: c.NewID(op.UploadID), User: c.User, Owner: class.Owner, ClassID: class.ID,
		Type: req.MaterialType, Name: req.Name, Tags: req.TagSet, CreateTime: c.Now.UTC(),
	}
	st.putUpload(u)
	return createUploadResponse{u.Context, u.vodSign()}, nil
}

func (r createUploadRequest) validate() error {
	if !slices.Contains(uploadTypes, r.MaterialType) {
		return badValue("MaterialType", "see MaterialType of the operation", "it is %q; allowed are %q", r.MaterialType, uploadTypes)
	}
	if err := checkName(r.Name); err != nil {
		return badValue("Name", "send 1 to 90 characters", "%v", err)
	}
	if err := checkTags(r.TagSet); err != nil {
		return badValue("TagSet", "send at most 30 tags of at most 15 characters", "%v", err)
	}
	return nil
}

// vodSign returns a value in the form of a client signature of VOD, the service that stores the file: Base64 of
// HMAC-SHA1 and the signed text. All of it is assumed. Text and validity are those of the vendor's demo; the key is not a
// key of VOD, which is not part of the fake.
func (u Upload) vodSign() string {
	text := fmt.Sprintf("secretId=fake-vod-secret-id&currentTimeStamp=%d&expireTime=%d&random=%d",
		u.CreateTime.Unix(), u.CreateTime.Add(2*time.Hour).Unix(), crc32.ChecksumIEEE([]byte(u.Context)))
	mac := hmac.New(sha1.New, []byte("fake-vod-secret-key"))
	mac.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(append(mac.Sum(nil), text...))
}

type finishUploadRequest struct {
	UploadContext string
	VodFileID     string `json:"VodFileId"`
}

type finishUploadResponse struct {
	MaterialID string `json:"MaterialId"`
}

// finishUpload makes the material. The fake cannot know which files are in VOD, so it accepts every file id of the
// documented form once. The caller must still have the right on the class. The material is usable at once (all assumed).
func finishUpload(c *op.Call, st *State, req finishUploadRequest) (any, error) {
	u, err := openUpload(c, st, req.UploadContext)
	if err != nil {
		return nil, err
	}
	if _, err := st.openClass(c, u.Owner, u.ClassID, toWrite); err != nil {
		return nil, err
	}
	if err := checkFile(st, req.VodFileID); err != nil {
		return nil, err
	}
	m, err := Material{
		Type: u.Type, Name: u.Name, Owner: u.Owner, ClassID: u.ClassID, Tags: u.Tags, VodFileID: req.VodFileID,
	}.complete(c, st)
	if err != nil {
		return nil, fmt.Errorf("finish upload: %w", err)
	}
	st.putMaterial(m)
	u.MaterialID, u.VodFileID = m.ID, m.VodFileID
	st.putUpload(u)
	if c.Dialect.FinishUploadData == dialect.Absent {
		return nil, nil
	}
	return finishUploadResponse{m.ID}, nil
}

// openUpload returns an upload that the caller may finish. A context is a secret, so that no diagnosis shows it. That a
// context is valid for one user, once and for a day is assumed.
func openUpload(c *op.Call, st *State, context string) (Upload, error) {
	const again = "call Material.CreateUploadMaterial again"
	u, ok := st.Uploads[context]
	switch {
	case !ok:
		return u, errUploadContext.Because("webpaas.upload-unknown",
			"send the UploadContext of a response of Material.CreateUploadMaterial", "no upload has this UploadContext")
	case u.User != c.User:
		return u, errUploadContext.Because("webpaas.upload-foreign",
			"finish the upload as the user who began it", "user %q began the upload, the ticket is of user %q", u.User, c.User)
	case u.MaterialID != "":
		return u, errUploadContext.Because("webpaas.upload-used", again, "the upload became material %s already", u.MaterialID)
	case !c.Now.Before(u.CreateTime.Add(uploadLife)):
		return u, errUploadContext.Because("webpaas.upload-expired", again, "the UploadContext expired %s ago", c.Now.Sub(u.CreateTime.Add(uploadLife)))
	}
	return u, nil
}

// maxFileID is the number of digits of 2^64; the documented example has 19.
const maxFileID = 20

// checkFile rejects an id that cannot be the one of a new file of VOD.
func checkFile(st *State, id string) error {
	if id == "" || len(id) > maxFileID || strings.Trim(id, "0123456789") != "" {
		return errVodFileID.Because("webpaas.vod-file-form", "send the fileId of the response of VOD to the upload",
			"VodFileId is %q; a file id has 1 to %d digits", id, maxFileID)
	}
	if st.index.files[id] > 0 {
		return errVodFileID.Because("webpaas.vod-file-used", "upload another file to VOD, or choose another id in a test without VOD",
			"a material or a finished upload has the file %s already", id)
	}
	return nil
}
