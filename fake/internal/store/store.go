// Package store keeps one state a tenant and is the only place with locks around it.
package store

import (
	"fmt"
	"sync"
)

// Store keeps states of type S by the id of their tenant. Each state has a lock of its own,
// so that tenants never wait for each other.
type Store[S any] struct {
	mu    sync.RWMutex // guards cells, not what is in them
	cells map[string]*cell[S]
}

type cell[S any] struct {
	mu    sync.RWMutex // guards state
	state *S
}

// New returns an empty store.
func New[S any]() *Store[S] { return &Store[S]{cells: map[string]*cell[S]{}} }

// Put gives a new tenant its state.
func (s *Store[S]) Put(tenant string, state *S) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cells[tenant] = &cell[S]{state: state}
}

// Replace puts a state in place of the one that the tenant has. A tenant that was removed stays so.
func (s *Store[S]) Replace(tenant string, state *S) error {
	c, err := s.cell(tenant)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.state = state
	return nil
}

// Remove forgets the tenant. Calls under way finish on the state they hold.
func (s *Store[S]) Remove(tenant string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.cells, tenant)
}

// View lets f look at the tenant's state. Nothing of it may be kept or changed.
func (s *Store[S]) View(tenant string, f func(*S) error) error {
	c, err := s.cell(tenant)
	if err != nil {
		return err
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	return f(c.state)
}

// Update lets f change the tenant's state. Nothing of it may be kept.
func (s *Store[S]) Update(tenant string, f func(*S) error) error {
	c, err := s.cell(tenant)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return f(c.state)
}

func (s *Store[S]) cell(tenant string) (*cell[S], error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	c, ok := s.cells[tenant]
	if !ok {
		return nil, fmt.Errorf("store: no tenant %q", tenant)
	}
	return c, nil
}
