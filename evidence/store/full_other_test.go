//go:build !linux

package store_test

import "errors"

func fillUp([]string) error { return errors.ErrUnsupported }
