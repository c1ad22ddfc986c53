// Program stands in for the Prism programs, whose images nobody publishes: it takes the same flags, environment and
// configuration files, listens where they listen, and uses every backend it is told of for real.
// The name it is called by says which program it is: prism-admin, prism-proxy, or a runner.
package main

import (
	"context"
	"log"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
)

func main() {
	log.SetFlags(log.LUTC | log.Ltime | log.Lmicroseconds)
	name := filepath.Base(os.Args[0])
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	var err error
	switch {
	case name == "pause":
		<-ctx.Done()
	case name == "getent":
		err = getent(os.Args[1:])
	case name == "prism-admin":
		err = admin(ctx, os.Args[1:])
	case name == "prism-proxy":
		err = proxy()
	case strings.HasSuffix(name, "-runner"):
		err = runner(ctx, strings.TrimSuffix(name, "-runner"), os.Args[1:])
	default:
		log.Fatalf("called as %q, which is no program of Prism", name)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// getent answers `getent hosts NAME` as the C library's program does; busybox has none.
func getent(args []string) error {
	if len(args) != 2 || args[0] != "hosts" {
		os.Exit(1)
	}
	addresses, err := net.LookupHost(args[1])
	if err != nil {
		os.Exit(2)
	}
	for _, address := range addresses {
		os.Stdout.WriteString(address + " " + args[1] + "\n")
	}
	return nil
}
