package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/redis/go-redis/v9"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

const space = "prism-e2e"

// use writes the pod's name into a backend and answers every name that is there.
func use(ctx context.Context, one target, pod string) ([]string, error) {
	switch one.kind {
	case "redis":
		return useRedis(ctx, one.settings, pod)
	case "nats":
		return useNats(ctx, one.settings, pod)
	case "postgres":
		return usePostgres(ctx, one.settings, pod)
	case "minio":
		return useMinio(ctx, one.settings, pod)
	case "kafka":
		return useKafka(ctx, one.settings, pod)
	case "file":
		return useFile(one.settings["path"], pod)
	}
	return nil, fmt.Errorf("unknown kind %q", one.kind)
}

func redisClient(settings map[string]string) (*redis.Client, error) {
	options := &redis.Options{Addr: settings["address"], Username: settings["username"], Password: settings["password"]}
	if settings["url"] != "" {
		parsed, err := redis.ParseURL(settings["url"])
		if err != nil {
			return nil, errors.New("the Redis URL cannot be read")
		}
		options = parsed
	}
	return redis.NewClient(options), nil
}

func useRedis(ctx context.Context, settings map[string]string, pod string) ([]string, error) {
	client, err := redisClient(settings)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	key := settings["prefix"] + space
	if err := client.HSet(ctx, key, pod, time.Now().Format(time.RFC3339)).Err(); err != nil {
		return nil, err
	}
	return client.HKeys(ctx, key).Result()
}

func natsConnection(settings map[string]string, more ...nats.Option) (*nats.Conn, error) {
	options := append([]nats.Option{nats.Timeout(3 * time.Second), nats.MaxReconnects(0)}, more...)
	if settings["inbox"] != "" {
		options = append(options, nats.CustomInboxPrefix(settings["inbox"]))
	}
	return nats.Connect(settings["url"], options...)
}

// hearOthers is for those who may use subjects alone: every runner says its name every round, and listens longer than a round takes.
func hearOthers(connection *nats.Conn, subject, pod string) ([]string, error) {
	heard, err := connection.SubscribeSync(subject)
	if err != nil {
		return nil, err
	}
	// A server's refusal comes later than the call.
	if err := connection.Flush(); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for until := time.Now().Add(2 * roundEvery); time.Now().Before(until); {
		if err := connection.Publish(subject, []byte(pod)); err != nil {
			return nil, err
		}
		for {
			message, err := heard.NextMsg(roundEvery / 4)
			if errors.Is(err, nats.ErrTimeout) {
				break
			}
			if err != nil {
				return nil, err
			}
			seen[string(message.Data)] = true
		}
		if err := connection.LastError(); err != nil {
			return nil, err
		}
	}
	if !seen[pod] {
		return nil, errors.New("what was published did not come back")
	}
	pods := make([]string, 0, len(seen))
	for name := range seen {
		pods = append(pods, name)
	}
	return pods, nil
}

// One stream that every runner writes and reads: messages that were published before a reader came are there, too.
func useNats(ctx context.Context, settings map[string]string, pod string) ([]string, error) {
	connection, err := natsConnection(settings)
	if err != nil {
		return nil, err
	}
	defer connection.Close()
	if settings["prefix"] != "" {
		return hearOthers(connection, settings["prefix"]+space, pod)
	}
	stream, err := jetstream.New(connection)
	if err != nil {
		return nil, err
	}
	bucket, err := stream.KeyValue(ctx, space)
	if errors.Is(err, jetstream.ErrBucketNotFound) {
		replicas := 1
		if servers := len(connection.DiscoveredServers()); servers >= 2 {
			replicas = 3
		}
		bucket, err = stream.CreateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: space, Replicas: replicas})
	}
	if err != nil {
		return nil, err
	}
	if _, err := bucket.Put(ctx, pod, []byte(time.Now().Format(time.RFC3339))); err != nil {
		return nil, err
	}
	return bucket.Keys(ctx)
}

func usePostgres(ctx context.Context, settings map[string]string, pod string) ([]string, error) {
	connection, err := pgx.Connect(ctx, settings["url"])
	if err != nil {
		return nil, err
	}
	defer connection.Close(ctx)
	if _, err := connection.Exec(ctx, `CREATE TABLE IF NOT EXISTS prism_e2e (pod text PRIMARY KEY, at timestamptz)`); err != nil && !strings.Contains(err.Error(), "23505") {
		return nil, err
	}
	if _, err := connection.Exec(ctx, `INSERT INTO prism_e2e VALUES ($1, now()) ON CONFLICT (pod) DO UPDATE SET at = now()`, pod); err != nil {
		return nil, err
	}
	rows, err := connection.Query(ctx, `SELECT pod FROM prism_e2e`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

func minioClient(settings map[string]string) (*minio.Client, error) {
	address, err := url.Parse(settings["url"])
	if err != nil {
		return nil, err
	}
	return minio.New(address.Host, &minio.Options{
		Creds:  credentials.NewStaticV4(settings["accessKey"], settings["secretKey"], ""),
		Secure: address.Scheme == "https",
	})
}

func useMinio(ctx context.Context, settings map[string]string, pod string) ([]string, error) {
	client, err := minioClient(settings)
	if err != nil {
		return nil, err
	}
	bucket := settings["bucket"]
	if bucket == "" {
		// The operator made one before this program started.
		buckets, err := client.ListBuckets(ctx)
		if err != nil {
			return nil, err
		}
		if len(buckets) == 0 {
			return nil, errors.New("there is no bucket")
		}
		bucket = buckets[0].Name
	}
	body := []byte(time.Now().Format(time.RFC3339))
	if _, err := client.PutObject(ctx, bucket, space+"/"+pod, bytes.NewReader(body), int64(len(body)), minio.PutObjectOptions{}); err != nil {
		return nil, err
	}
	var pods []string
	for object := range client.ListObjects(ctx, bucket, minio.ListObjectsOptions{Prefix: space + "/"}) {
		if object.Err != nil {
			return nil, object.Err
		}
		pods = append(pods, strings.TrimPrefix(object.Key, space+"/"))
	}
	return pods, nil
}

func useKafka(ctx context.Context, settings map[string]string, pod string) ([]string, error) {
	client, err := kgo.NewClient(
		kgo.SeedBrokers(strings.Split(settings["url"], ",")...),
		kgo.ConsumeTopics(space),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.DefaultProduceTopic(space),
	)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	admin := kadm.NewClient(client)
	// -1: as many copies as the brokers' own settings say.
	if answers, err := admin.CreateTopics(ctx, 1, -1, nil, space); err != nil {
		return nil, err
	} else if err := answers[space].Err; err != nil && !strings.Contains(err.Error(), "TOPIC_ALREADY_EXISTS") {
		return nil, err
	}
	record := &kgo.Record{Key: []byte(pod), Value: []byte(time.Now().Format(time.RFC3339))}
	produced, err := client.ProduceSync(ctx, record).First()
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for {
		fetches := client.PollFetches(ctx)
		if err := fetches.Err0(); err != nil {
			return nil, err
		}
		reached := false
		fetches.EachRecord(func(one *kgo.Record) {
			seen[string(one.Key)] = true
			reached = reached || one.Offset >= produced.Offset
		})
		if reached {
			break
		}
	}
	pods := make([]string, 0, len(seen))
	for name := range seen {
		pods = append(pods, name)
	}
	return pods, nil
}

// A file takes one line a pod; what other pods wrote earlier on the same volume is still there.
func useFile(path, pod string) ([]string, error) {
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	pods := strings.Fields(string(text))
	for _, one := range pods {
		if one == pod {
			return pods, nil
		}
	}
	pods = append(pods, pod)
	return pods, os.WriteFile(path, []byte(strings.Join(pods, "\n")+"\n"), 0o640)
}
