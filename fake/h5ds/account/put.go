package account

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// PutUser adds a user, or replaces the one with the same userId or, for a user of the platform's own, with the same
// login name, mobile number or e-mail address. A replaced user keeps the id. The returned user has all defaults and the
// password as a hash. An id or a name of another user, an id that is not decimal digits, and a value that the API does
// not have are errors.
func (st *State) PutUser(c *op.Call, u User) (User, error) {
	known, err := st.completeUser(&u)
	if err != nil {
		return User{}, fmt.Errorf("put user %q: %w", u.label(), err)
	}
	if u.ID = cmp.Or(u.ID, known.ID); u.ID == "" {
		u.ID = st.Users.NewID(c)
	}
	if u.Password != "" && !isHashed(u.Password) {
		u.Password = hashed(u.ID, u.Password)
	}
	u.CreatedAt, u.UpdatedAt = table.Times(c, u.CreatedAt, u.UpdatedAt)
	st.Users.Put(u.Clone())
	if u.UserID == "" {
		for _, kind := range signInKinds {
			st.Binds.release(u.ID, kind)
			if name := u.names()[kind]; name != "" {
				st.Binds.bind(c, u.ID, kind, name)
			}
		}
	}
	return u, nil
}

// label identifies a user in errors.
func (u User) label() string { return cmp.Or(u.UserID, u.Username, u.Mobile, u.Email) }

// Title identifies a user among the fixtures.
func (u User) Title() string {
	if u.UserID != "" {
		return fmt.Sprintf("userId %q", u.UserID)
	}
	return fmt.Sprintf("the account %q", u.label())
}

// names are the names that a user of the platform's own logs in with, by kind.
func (u User) names() map[string]string {
	return map[string]string{kindUsername: u.Username, kindMobile: u.Mobile, kindEmail: u.Email}
}

// completeUser checks a user, and returns the one that it replaces.
func (st *State) completeUser(u *User) (known User, err error) {
	if err := u.check(); err != nil {
		return User{}, err
	}
	there := false
	if u.UserID != "" {
		known, there = st.Users.ThirdParty(u.UserID)
	} else if known, there, err = st.ownUser(*u); err != nil {
		return User{}, err
	}
	if there && u.ID != "" && u.ID != known.ID {
		return User{}, fmt.Errorf("the user has the id %s already and cannot become %s", known.ID, u.ID)
	}
	if other, taken := st.Users.Get(u.ID); taken && !there {
		return User{}, fmt.Errorf("the id %s is that of user %q", u.ID, other.label())
	}
	return known, nil
}

// ownUser returns the user of the platform's own that has the id or one of the names.
func (st *State) ownUser(u User) (known User, there bool, err error) {
	if known, there = st.Users.Get(u.ID); there && known.UserID != "" {
		return User{}, false, nil
	}
	for _, kind := range signInKinds {
		user, bound := st.boundTo(kind, u.names()[kind])
		switch {
		case !bound:
		case there && user.ID != known.ID:
			return User{}, false, fmt.Errorf("the %s is bound to user %s already", kind, user.ID)
		case user.UserID != "":
			return User{}, false, fmt.Errorf("the %s is bound to user %q of the third party", kind, user.UserID)
		default:
			known, there = user, true
		}
	}
	return known, there, nil
}

// Clone returns a copy that shares no memory with u.
func (u User) Clone() User {
	if u.Gender != nil {
		gender := *u.Gender
		u.Gender = &gender
	}
	return u
}

func (u User) check() error {
	switch {
	case u.label() == "":
		return errors.New("there is no userId, and no username, mobile or email to log in with")
	case u.UserID != "" && strings.TrimSpace(u.UserID) == "":
		return errors.New("the userId is empty")
	case u.UserID != "" && u.Username != "":
		return errors.New("a user of a third party has no username; leave out one of the two")
	case !table.IsID(u.ID):
		return fmt.Errorf("the id %q is not decimal digits; leave it out for a new one", u.ID)
	case u.Gender != nil && !isGender(*u.Gender):
		return fmt.Errorf("the gender %d is none of 0 (female), 1 (male), 2 (other)", *u.Gender)
	case !table.IsAmount(u.Credits):
		return fmt.Errorf("the credits %v are negative or no number", u.Credits)
	case u.VIPLevel < 0 || u.VIPLevel > 2:
		return fmt.Errorf("the vip_level %d is none of 0 (none), 1 (VIP), 2 (SVIP)", u.VIPLevel)
	}
	return nil
}

// PutMessage adds a message to a user, or replaces the one with the same id.
func (st *State) PutMessage(c *op.Call, m Message) (Message, error) {
	given := m.Owner
	m.TypeID = cmp.Or(m.TypeID, MessagePlatform)
	err := CheckOwner(st, &st.Messages, &m, &m.Owner)
	if err == nil && (m.TypeID < MessagePrivate || m.TypeID > MessageActivity) {
		err = fmt.Errorf("the type_id %d is none of 31 (private), 32 (platform), 33 (activity)", m.TypeID)
	}
	if err != nil {
		return Message{}, fmt.Errorf("put message %q of %q: %w", cmp.Or(m.ID, m.Title), given, err)
	}
	m.ID = table.IDOr(c, &st.Messages, m.ID)
	m.CreatedAt, m.SendDate = table.Times(c, m.CreatedAt, m.SendDate)
	st.Messages.Put(m)
	return m, nil
}

// ErrNoOwner is the error of a value whose owner is unknown.
var ErrNoOwner = errors.New("there is no such owner; put the user first")

// CheckOwner replaces the name of a value's owner by the platform id, and rejects an id that another owner has.
func CheckOwner[T table.Row](st *State, s *table.Table[T], value *T, owner *string) error {
	user, there := st.Who(*owner)
	if !there {
		return ErrNoOwner
	}
	*owner = user.ID
	return table.CheckID(s, *value)
}
