package main

import (
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/minio/minio-go/v7"
	"github.com/nats-io/nats.go"
)

// An attempt on what belongs to somebody else. Only a server's own word counts as a refusal.
type attempt struct {
	What    string `json:"what"`
	Refused bool   `json:"refused"`
	Answer  string `json:"answer"`
}

// strangers are the ids of other tenants that this runner is told of, in TENANTS.
func strangers() []string {
	own := os.Getenv("PRISM_NAMESPACE")
	var others []string
	for _, id := range strings.Split(os.Getenv("TENANTS"), ",") {
		if id != "" && own != "" && id != own && !strings.HasSuffix(id, "_"+own) {
			others = append(others, id)
		}
	}
	return others
}

// intrude tries what only others may do, with the login of this runner.
func intrude(ctx context.Context, one target, others []string) []attempt {
	if len(others) == 0 {
		return nil
	}
	switch one.kind {
	case "redis":
		return intrudeRedis(ctx, one.settings, others)
	case "nats":
		return intrudeNats(one.settings, others)
	case "postgres":
		return intrudePostgres(ctx, one.settings, others)
	case "minio":
		return intrudeMinio(ctx, one.settings, others)
	}
	return nil
}

func attempted(what string, err error, isRefusal bool) attempt {
	if err == nil {
		return attempt{What: what, Answer: "done"}
	}
	return attempt{What: what, Refused: isRefusal, Answer: err.Error()}
}

func intrudeRedis(ctx context.Context, settings map[string]string, others []string) []attempt {
	client, err := redisClient(settings)
	if err != nil {
		return []attempt{attempted("connect", err, false)}
	}
	defer client.Close()
	commands := [][]any{{"KEYS", "*"}, {"SCAN", "0"}, {"HKEYS", space}, {"CONFIG", "GET", "*"}, {"ACL", "LIST"}, {"CLIENT", "LIST"}}
	for _, id := range others {
		key := "tenant:" + id + ":" + space
		commands = append(commands, []any{"HKEYS", key}, []any{"HSET", key, "x", "y"}, []any{"DEL", key}, []any{"COPY", key, settings["prefix"] + "x"}, []any{"PUBLISH", key, "x"})
	}
	var attempts []attempt
	for _, command := range commands {
		words := make([]string, len(command))
		for index, word := range command {
			words[index] = word.(string)
		}
		err := client.Do(ctx, command...).Err()
		attempts = append(attempts, attempted(strings.Join(words, " "), err, err != nil && strings.HasPrefix(err.Error(), "NOPERM")))
	}
	return attempts
}

// The server answers a forbidden subject with an error that comes by itself, some time later.
func intrudeNats(settings map[string]string, others []string) []attempt {
	var mutex sync.Mutex
	refusals := map[string]string{}
	connection, err := natsConnection(settings, nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
		mutex.Lock()
		defer mutex.Unlock()
		text := err.Error()
		for _, kind := range []string{"publish", "subscription"} {
			if _, after, isOne := strings.Cut(strings.ToLower(text), "permissions violation for "+kind+" to \""); isOne {
				subject, _, _ := strings.Cut(after, "\"")
				refusals[kind+" "+subject] = text
			}
		}
	}))
	if err != nil {
		return []attempt{attempted("connect", err, false)}
	}
	defer connection.Close()
	listen := []string{">", "tenant.>", "_INBOX.>", "$JS.API.>", space + ".>"}
	say := []string{space, "$JS.API.STREAM.NAMES"}
	for _, id := range others {
		listen = append(listen, "tenant."+id+".>", "tenant."+id+"."+space, "_INBOX.tenant_"+id+".>")
		say = append(say, "tenant."+id+"."+space)
	}
	for _, subject := range listen {
		if _, err := connection.SubscribeSync(subject); err != nil {
			return []attempt{attempted("subscribe "+subject, err, false)}
		}
	}
	for _, subject := range say {
		if err := connection.Publish(subject, []byte("x")); err != nil {
			return []attempt{attempted("publish "+subject, err, false)}
		}
	}
	connection.Flush()
	time.Sleep(200 * time.Millisecond)
	mutex.Lock()
	defer mutex.Unlock()
	var attempts []attempt
	for kind, subjects := range map[string][]string{"subscription": listen, "publish": say} {
		for _, subject := range subjects {
			text, isRefused := refusals[kind+" "+strings.ToLower(subject)]
			attempts = append(attempts, attempt{What: kind + " " + subject, Refused: isRefused, Answer: text})
		}
	}
	return attempts
}

func intrudePostgres(ctx context.Context, settings map[string]string, others []string) []attempt {
	connection, err := pgx.Connect(ctx, settings["url"])
	if err != nil {
		return []attempt{attempted("connect", err, false)}
	}
	defer connection.Close(ctx)
	statements := []string{
		"SELECT * FROM public.prism_e2e",
		"CREATE TABLE public.mine (x int)",
		"CREATE SCHEMA mine",
		"CREATE ROLE mine",
		"SELECT * FROM pg_authid",
		"SELECT pg_read_file('/etc/passwd')",
		"COPY (SELECT 1) TO PROGRAM 'true'",
	}
	for _, id := range others {
		role := pgx.Identifier{"tenant_" + id}.Sanitize()
		statements = append(statements,
			"SELECT * FROM "+role+".prism_e2e",
			"INSERT INTO "+role+".prism_e2e VALUES ('x', now())",
			"CREATE TABLE "+role+".mine (x int)",
			"SET ROLE "+role,
		)
	}
	var attempts []attempt
	for _, statement := range statements {
		_, err := connection.Exec(ctx, statement)
		var answer *pgconn.PgError
		// 42501 is insufficient_privilege (PostgreSQL, appendix A).
		attempts = append(attempts, attempted(statement, err, errors.As(err, &answer) && answer.Code == "42501"))
	}
	return attempts
}

func intrudeMinio(ctx context.Context, settings map[string]string, others []string) []attempt {
	client, err := minioClient(settings)
	if err != nil {
		return []attempt{attempted("connect", err, false)}
	}
	var attempts []attempt
	note := func(what string, err error) {
		attempts = append(attempts, attempted(what, err, minio.ToErrorResponse(err).Code == "AccessDenied"))
	}
	note("make a bucket", client.MakeBucket(ctx, "mine", minio.MakeBucketOptions{}))
	for _, id := range others {
		bucket := "prism-tenant-" + strings.ReplaceAll(id, "_", ".")
		listing := errors.New("nothing is there")
		for object := range client.ListObjects(ctx, bucket, minio.ListObjectsOptions{Recursive: true}) {
			listing = object.Err
		}
		note("list "+bucket, listing)
		_, err := client.StatObject(ctx, bucket, space+"/x", minio.StatObjectOptions{})
		note("look at an object in "+bucket, err)
		_, err = client.PutObject(ctx, bucket, "x", strings.NewReader("x"), 1, minio.PutObjectOptions{})
		note("put an object into "+bucket, err)
		note("read the policy of "+bucket, func() error { _, err := client.GetBucketPolicy(ctx, bucket); return err }())
	}
	return attempts
}
