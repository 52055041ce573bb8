package webpaas

import "time"

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
	CreateTime time.Time `json:"createTime"`
	// MaterialID is what the upload became; empty until it is finished.
	MaterialID string `json:"materialId,omitempty"`
}
