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

// Upload is an upload that was applied for.
type Upload struct {
	// Context is the UploadContext, opaque to clients.
	Context string `json:"context"`
	// User applied for it.
	User    string `json:"user"`
	Owner   Entity `json:"owner"`
	ClassID int64  `json:"classId"`
	// Type is the MaterialType of what is uploaded.
	Type       string    `json:"type"`
	Name       string    `json:"name"`
	Tags       []string  `json:"tags,omitempty"`
	CreateTime time.Time `json:"createTime"`
	// MaterialID is what the upload became, VodFileID of which file; both are empty until it is finished.
	MaterialID string `json:"materialId,omitempty"`
	VodFileID  string `json:"vodFileId,omitempty"`
}

// uploadLife is for how long an UploadContext can be used; assumed: the documents only say that it can be illegal.
const uploadLife = 24 * time.Hour

// uploadTypes are what can be uploaded (documented); a material can be more.
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

// createUpload begins an upload. No limit of the name is stated here: that it is the one of
// Material.ModifyMaterial is assumed, and so are the limits of tags, which only clients of a sister host send.
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

// vodSign looks like a client signature of VOD, to which the file is uploaded: Base64 of HMAC-SHA1 and the text
// that was signed. All of it is assumed: the text and the two hours are those of the vendor's demo, the key
// is no key of VOD, and VOD is outside of the fake.
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

// finishUpload makes the material. Nobody can know here what was uploaded to VOD: every file id of the
// documented form is believed, once. The right to the class must still be there. The material is at once
// usable (all assumed).
func finishUpload(c *op.Call, st *State, req finishUploadRequest) (any, error) {
	u, err := st.openUpload(c, req.UploadContext)
	if err != nil {
		return nil, err
	}
	if _, err := st.openClass(c, u.Owner, u.ClassID, toWrite); err != nil {
		return nil, err
	}
	if err := st.checkFile(req.VodFileID); err != nil {
		return nil, err
	}
	m, err := st.completeMaterial(c, Material{
		Type: u.Type, Name: u.Name, Owner: u.Owner, ClassID: u.ClassID, Tags: u.Tags, VodFileID: req.VodFileID,
	})
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

// openUpload returns an upload that the caller may finish. A context is a secret, so no reason shows it. That
// it is bound to its user, good once and for a day is assumed.
func (s *State) openUpload(c *op.Call, context string) (Upload, error) {
	const again = "call Material.CreateUploadMaterial again"
	u, ok := s.Uploads[context]
	switch {
	case !ok:
		return u, errUploadContext.Because("webpaas.upload-unknown",
			"send the UploadContext that Material.CreateUploadMaterial answered with", "this fake gave out no such UploadContext")
	case u.User != c.User:
		return u, errUploadContext.Because("webpaas.upload-foreign",
			"finish as the user who applied", "user %q applied for the upload, the ticket is of user %q", u.User, c.User)
	case u.MaterialID != "":
		return u, errUploadContext.Because("webpaas.upload-used", again, "the upload became material %s already", u.MaterialID)
	case !c.Now.Before(u.CreateTime.Add(uploadLife)):
		return u, errUploadContext.Because("webpaas.upload-expired", again, "the UploadContext expired %s ago", c.Now.Sub(u.CreateTime.Add(uploadLife)))
	}
	return u, nil
}

// longestFileID has the digits of 2^64; the documented example has 19.
const longestFileID = 20

// checkFile rejects what cannot be a new file of VOD.
func (s *State) checkFile(id string) error {
	if id == "" || len(id) > longestFileID || strings.Trim(id, "0123456789") != "" {
		return errVodFileID.Because("webpaas.vod-file-form", "send the fileId that the upload to VOD answered with",
			"VodFileId is %q; a file id has 1 to %d digits", id, longestFileID)
	}
	if s.index.files[id] > 0 {
		return errVodFileID.Because("webpaas.vod-file-used", "upload another file to VOD, or choose another id in a test without VOD",
			"the file %s is that of a material, or was", id)
	}
	return nil
}
