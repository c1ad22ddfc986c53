package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net/http"
	"os"
	"sort"
	"strings"
	"sync"
	"time"

	"gopkg.in/yaml.v3"
)

const (
	roundEvery   = 2 * time.Second
	roundTimeout = 10 * time.Second
	staleAfter   = 30 * time.Second
)

// A target is one way to one backend: a URL from the environment, or what the configuration file says.
type target struct {
	kind string // redis, nats, postgres, minio, kafka, file
	from string // the variable or the place in the file, for people
	// What the driver is given; never logged.
	settings map[string]string
}

// A finding is what the last round with a target showed.
type finding struct {
	Kind  string   `json:"kind"`
	From  string   `json:"from"`
	OK    bool     `json:"ok"`
	Error string   `json:"error,omitempty"`
	Peers []string `json:"peers"`
	// What was tried on the parts of other tenants, for a runner that is told of some.
	Attempts []attempt `json:"attempts,omitempty"`
	At       time.Time `json:"at"`
}

type board struct {
	mutex    sync.Mutex
	findings map[string]finding
	asked    int
}

// runner writes its pod's name into every backend and reads who else wrote there, over and over, and says so on HEALTH_PORT.
func runner(ctx context.Context, kind string, args []string) error {
	flags := flag.NewFlagSet(kind+"-runner", flag.ExitOnError)
	config := flags.String("config", os.Getenv("PRISM_CONFIG"), "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	targets := targetsOfEnvironment(os.Environ())
	if *config != "" {
		fromFile, err := targetsOfFile(*config)
		if err != nil {
			return err
		}
		targets = append(targets, fromFile...)
	}
	findings := &board{findings: map[string]finding{}, asked: len(targets)}
	if port := os.Getenv("HEALTH_PORT"); port != "" {
		go func() { log.Fatal(http.ListenAndServe(":"+port, findings)) }()
	}
	pod, err := os.Hostname()
	if err != nil {
		return err
	}
	var rounds sync.WaitGroup
	for _, one := range targets {
		rounds.Go(func() { findings.follow(ctx, one, pod) })
	}
	log.Printf("%s-runner uses %d backends", kind, len(targets))
	<-ctx.Done()
	rounds.Wait()
	return nil
}

func (b *board) follow(ctx context.Context, one target, pod string) {
	var last string
	for {
		round, cancel := context.WithTimeout(ctx, roundTimeout)
		peers, err := use(round, one, pod)
		var attempts []attempt
		if err == nil {
			attempts = intrude(round, one, strangers())
		}
		cancel()
		sort.Strings(peers)
		found := finding{Kind: one.kind, From: one.from, OK: err == nil, Peers: peers, Attempts: attempts, At: time.Now()}
		if err != nil {
			found.Error = err.Error()
		}
		b.mutex.Lock()
		b.findings[one.from] = found
		b.mutex.Unlock()
		if line := fmt.Sprintf("%s by %s: ok=%t peers=%s %s", found.Kind, found.From, found.OK, strings.Join(peers, ","), found.Error); line != last {
			last = line
			log.Println(line)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(roundEvery):
		}
	}
}

// Every path answers the findings; the status is 200 when each backend was used a short time ago.
func (b *board) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	healthy := len(b.findings) == b.asked
	for _, one := range b.findings {
		healthy = healthy && one.OK && time.Since(one.At) < staleAfter
	}
	w.Header().Set("Content-Type", "application/json")
	if !healthy {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	json.NewEncoder(w).Encode(b.findings)
}

// What a backend has for a tenant, by the variable without its prefix.
var scopes = map[string][]struct{ suffix, setting string }{
	"redis": {{"REDIS_KEYSPACE_PREFIX", "prefix"}},
	"nats":  {{"NATS_SUBJECT_PREFIX", "prefix"}, {"NATS_INBOX_PREFIX", "inbox"}},
	"minio": {{"S3_ACCESS_KEY", "accessKey"}, {"S3_SECRET_KEY", "secretKey"}, {"S3_BUCKET", "bucket"}},
}

var variables = []struct{ suffix, kind, setting string }{
	{"REDIS_URL", "redis", "url"},
	{"NATS_URL", "nats", "url"},
	{"DATABASE_URL", "postgres", "url"},
	{"S3_ENDPOINT", "minio", "url"},
	{"KAFKA_BROKERS", "kafka", "url"},
	{"SQLITE_PATH", "file", "path"},
}

func targetsOfEnvironment(environment []string) []target {
	values := map[string]string{}
	for _, pair := range environment {
		name, value, _ := strings.Cut(pair, "=")
		values[name] = value
	}
	var targets []target
	for name, value := range values {
		for _, one := range variables {
			prefix, isOne := strings.CutSuffix(name, one.suffix)
			if !isOne || value == "" || (prefix != "" && !strings.HasSuffix(prefix, "_")) {
				continue
			}
			settings := map[string]string{one.setting: value}
			for _, scope := range scopes[one.kind] {
				settings[scope.setting] = values[prefix+scope.suffix]
			}
			targets = append(targets, target{kind: one.kind, from: name, settings: settings})
		}
	}
	return targets
}

func targetsOfFile(path string) ([]target, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var document any
	// JSON is YAML.
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, err
	}
	var targets []target
	walk(document, "config", &targets)
	return targets, nil
}

// walk finds the settings of drivers by the keys that only one driver has (what the drivers of Prism read).
func walk(value any, path string, targets *[]target) {
	switch node := value.(type) {
	case []any:
		for index, item := range node {
			walk(item, fmt.Sprintf("%s[%d]", path, index), targets)
		}
	case map[string]any:
		if one, found := driverSettings(node); found {
			one.from = path
			*targets = append(*targets, one)
		}
		for key, item := range node {
			walk(item, path+"."+key, targets)
		}
	}
}

func driverSettings(node map[string]any) (target, bool) {
	text := func(key string) string {
		if value, there := node[key]; there && value != nil {
			return fmt.Sprint(value)
		}
		return ""
	}
	switch {
	case text("address") != "":
		return target{kind: "redis", settings: map[string]string{"address": text("address"), "password": text("password"), "username": text("username"), "prefix": text("keyspace_prefix")}}, true
	case strings.HasPrefix(text("url"), "nats://"):
		return target{kind: "nats", settings: map[string]string{"url": text("url"), "prefix": text("subject_prefix"), "inbox": text("inbox_prefix")}}, true
	case text("connection_string") != "":
		return target{kind: "postgres", settings: map[string]string{"url": text("connection_string")}}, true
	case text("endpoint") != "":
		return target{kind: "minio", settings: map[string]string{
			"url": "http://" + text("endpoint"), "accessKey": text("access_key_id"), "secretKey": text("secret_access_key"), "bucket": text("bucket"),
		}}, true
	case node["brokers"] != nil:
		var brokers []string
		if list, isList := node["brokers"].([]any); isList {
			for _, one := range list {
				brokers = append(brokers, fmt.Sprint(one))
			}
		}
		return target{kind: "kafka", settings: map[string]string{"url": strings.Join(brokers, ",")}}, true
	case text("database_path") != "":
		return target{kind: "file", settings: map[string]string{"path": text("database_path")}}, true
	}
	return target{}, false
}
