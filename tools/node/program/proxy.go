package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// proxy listens on 8980 and follows no setting. Like the real program it ignores SIGTERM; on SIGINT it takes no new calls
// and finishes those that are open. A call waits and works for as long as it asks for, so that a test can have one open or keep
// the processor busy.
func proxy() error {
	signal.Ignore(syscall.SIGTERM)
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, syscall.SIGINT)
	server := &http.Server{Addr: ":8980", Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if wait, err := time.ParseDuration(r.URL.Query().Get("wait")); err == nil && wait <= time.Minute {
			time.Sleep(wait)
		}
		if work, err := time.ParseDuration(r.URL.Query().Get("work")); err == nil && work <= time.Minute {
			for until := time.Now().Add(work); time.Now().Before(until); {
			}
		}
		fmt.Fprintln(w, os.Getenv("PRISM_PROXY_ID"))
	})}
	finished := make(chan error, 1)
	go func() {
		<-interrupted
		log.Println("draining")
		finished <- server.Shutdown(context.Background())
	}()
	log.Println("prism-proxy serves on 8980")
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		return err
	}
	return <-finished
}
