package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"
)

// admin listens on the gRPC and metrics ports once it "has a leader": alone at once, as a peer when a majority answers on the
// raft port. Like the real program it gives up after five seconds without one, and writes below its data folder.
func admin(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("prism-admin serve", flag.ExitOnError)
	grpcPort := flags.Int("grpc-port", 8981, "")
	raftPort := flags.Int("raft-port", 8990, "")
	metricsPort := flags.Int("metrics-port", 9090, "")
	dataDir := flags.String("data-dir", "/var/lib/prism-admin/raft", "")
	database := flags.String("db", "", "")
	raftAddr := flags.String("raft-addr", "127.0.0.1", "")
	cluster := flags.String("cluster", "", "")
	if len(args) == 0 || args[0] != "serve" {
		return errors.New("usage: prism-admin serve [flags]")
	}
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	if err := os.MkdirAll(*dataDir, 0o750); err != nil {
		return err
	}
	if path, ok := strings.CutPrefix(*database, "sqlite://"); ok {
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte("prism-admin\n"), 0o640); err != nil {
			return err
		}
	}
	if err := findLeader(ctx, *cluster, *raftAddr, *raftPort); err != nil {
		return err
	}
	var ready atomic.Bool
	ready.Store(true)
	metrics := &http.Server{Addr: fmt.Sprintf(":%d", *metricsPort), Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, "prism_admin_raft_state 2")
	})}
	go func() { log.Println(metrics.ListenAndServe()) }()
	grpc, err := net.Listen("tcp4", fmt.Sprintf(":%d", *grpcPort))
	if err != nil {
		return err
	}
	go acceptAndDrop(grpc)
	log.Printf("prism-admin serves on %d", *grpcPort)
	<-ctx.Done()
	return nil
}

func findLeader(ctx context.Context, cluster, own string, port int) error {
	bind := os.Getenv("PRISM_BIND_ADDR")
	if cluster == "" {
		return nil
	}
	if bind == "" || strings.HasPrefix(bind, "0.0.0.0") {
		return errors.New("local bind address is not advertisable")
	}
	raft, err := net.Listen("tcp4", bind)
	if err != nil {
		return err
	}
	go acceptAndDrop(raft)
	peers := strings.Split(cluster, ",")
	if len(peers)%2 == 0 {
		return fmt.Errorf("even number of peers: %d", len(peers))
	}
	if !strings.Contains(cluster, fmt.Sprintf("=%s:%d", own, port)) {
		return fmt.Errorf("%s is not among the peers", own)
	}
	deadline := time.Now().Add(5 * time.Second)
	for time.Now().Before(deadline) {
		reached := 0
		for _, peer := range peers {
			_, address, _ := strings.Cut(peer, "=")
			connection, err := (&net.Dialer{Timeout: time.Second}).DialContext(ctx, "tcp4", address)
			if err == nil {
				connection.Close()
				reached++
			}
		}
		if reached > len(peers)/2 {
			return nil
		}
		time.Sleep(200 * time.Millisecond)
	}
	return errors.New("no leader after 5s")
}

func acceptAndDrop(listener net.Listener) {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		connection.Close()
	}
}
