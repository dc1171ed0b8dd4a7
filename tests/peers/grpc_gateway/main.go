// A gateway from HTTP to the gRPC server on the port given. It prints the port
// it listens on and serves until standard input ends.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"

	"github.com/grpc-ecosystem/grpc-gateway/runtime"
	"google.golang.org/grpc"

	"peer/agent"
)

func main() {
	// Field names as the other servers write them.
	camelCase := runtime.WithMarshalerOption(runtime.MIMEWildcard, &runtime.JSONPb{})
	mux := runtime.NewServeMux(camelCase)
	options := []grpc.DialOption{grpc.WithInsecure()}
	upstream := "127.0.0.1:" + os.Args[1]
	err := agent.RegisterConversationServiceHandlerFromEndpoint(context.Background(), mux, upstream, options)
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	log.Fatal(http.Serve(listener, mux))
}
