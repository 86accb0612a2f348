// What an external scaler written in Go costs: grpc-go, KEDA's own messages, and a value for each object that is already
// there, as a scaler with a cache has it. tests/bench/rpc_bench.cc calls it.
// usage: cached_scaler OBJECTS    prints its port; knows the objects data/app-0, data/app-1, ...
package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"os"
	"strconv"
	"sync"

	pb "github.com/kedacore/keda/v2/pkg/scalers/externalscaler"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

type objectName struct{ namespace, name string }

type scaler struct {
	pb.UnimplementedExternalScalerServer
	mutex  sync.RWMutex
	values map[objectName]float64
}

func (s *scaler) value(object *pb.ScaledObjectRef) (float64, error) {
	s.mutex.RLock()
	defer s.mutex.RUnlock()
	value, known := s.values[objectName{object.Namespace, object.Name}]
	if !known {
		return 0, status.Errorf(codes.NotFound, "%s/%s is not known", object.Namespace, object.Name)
	}
	return value, nil
}

func (s *scaler) IsActive(_ context.Context, object *pb.ScaledObjectRef) (*pb.IsActiveResponse, error) {
	value, err := s.value(object)
	if err != nil {
		return nil, err
	}
	return &pb.IsActiveResponse{Result: value > 0}, nil
}

func (s *scaler) GetMetricSpec(context.Context, *pb.ScaledObjectRef) (*pb.GetMetricSpecResponse, error) {
	return &pb.GetMetricSpecResponse{MetricSpecs: []*pb.MetricSpec{{MetricName: "cached", TargetSize: 1, TargetSizeFloat: 1}}}, nil
}

func (s *scaler) GetMetrics(_ context.Context, request *pb.GetMetricsRequest) (*pb.GetMetricsResponse, error) {
	value, err := s.value(request.ScaledObjectRef)
	if err != nil {
		return nil, err
	}
	metric := &pb.MetricValue{MetricName: request.MetricName, MetricValue: int64(value), MetricValueFloat: value}
	return &pb.GetMetricsResponse{MetricValues: []*pb.MetricValue{metric}}, nil
}

func main() {
	objects, err := strconv.Atoi(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	values := make(map[objectName]float64, objects)
	for i := range objects {
		values[objectName{"data", fmt.Sprintf("app-%d", i)}] = float64(1 + i%40)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	server := grpc.NewServer()
	pb.RegisterExternalScalerServer(server, &scaler{values: values})
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	log.Fatal(server.Serve(listener))
}
