// A scheduler on mesos-go's native driver whose tasks run in an executor on the same library (../executor).
//
// Usage: with_executor MASTER_HOST_PORT EXECUTOR_PROGRAM
//
// Launches two tasks in one executor and prints one JSON line for each event. Then it obeys lines on its standard input:
// "say TEXT" sends TEXT to the executor, "kill TASK" kills a task, "stop" unregisters and ends.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"

	"github.com/gogo/protobuf/proto"
	mesos "github.com/mesos/mesos-go/mesosproto"
	"github.com/mesos/mesos-go/mesosutil"
	"github.com/mesos/mesos-go/scheduler"
)

var executorID = mesosutil.NewExecutorID("sample")

var output sync.Mutex

func say(line map[string]any) {
	output.Lock()
	defer output.Unlock()
	text, _ := json.Marshal(line)
	fmt.Println(string(text))
}

func check(_ mesos.Status, err error) {
	if err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

type sample struct {
	program string
	place   chan *mesos.SlaveID
	placed  bool
}

func (s *sample) Registered(_ scheduler.SchedulerDriver, id *mesos.FrameworkID, _ *mesos.MasterInfo) {
	say(map[string]any{"event": "registered", "framework": id.GetValue()})
}

func (s *sample) Reregistered(scheduler.SchedulerDriver, *mesos.MasterInfo) {
	say(map[string]any{"event": "reregistered"})
}

func (s *sample) Disconnected(scheduler.SchedulerDriver) {
	say(map[string]any{"event": "disconnected"})
}

func (s *sample) ResourceOffers(driver scheduler.SchedulerDriver, offers []*mesos.Offer) {
	for _, offer := range offers {
		if s.placed {
			driver.DeclineOffer(offer.Id, &mesos.Filters{RefuseSeconds: proto.Float64(60)})
			continue
		}
		s.placed = true
		s.place <- offer.SlaveId
		tasks := []*mesos.TaskInfo{s.task(offer, "a"), s.task(offer, "b")}
		driver.LaunchTasks([]*mesos.OfferID{offer.Id}, tasks, &mesos.Filters{RefuseSeconds: proto.Float64(60)})
	}
}

func (s *sample) task(offer *mesos.Offer, name string) *mesos.TaskInfo {
	return &mesos.TaskInfo{
		Name:    proto.String(name),
		TaskId:  mesosutil.NewTaskID(name),
		SlaveId: offer.SlaveId,
		Data:    []byte("data of " + name),
		Executor: &mesos.ExecutorInfo{
			ExecutorId: executorID,
			Name:       proto.String("mesos-go executor"),
			Command:    mesosutil.NewCommandInfo("exec " + s.program),
			Resources:  resources(),
		},
		Resources: resources(),
	}
}

func resources() []*mesos.Resource {
	return []*mesos.Resource{
		mesosutil.NewScalarResource("cpus", 0.1),
		mesosutil.NewScalarResource("mem", 64),
	}
}

func (s *sample) StatusUpdate(_ scheduler.SchedulerDriver, status *mesos.TaskStatus) {
	say(map[string]any{
		"event":  "update",
		"task":   status.GetTaskId().GetValue(),
		"state":  status.GetState().String(),
		"source": status.GetSource().String(),
		"data":   string(status.GetData()),
	})
}

func (s *sample) OfferRescinded(scheduler.SchedulerDriver, *mesos.OfferID) {}

func (s *sample) FrameworkMessage(_ scheduler.SchedulerDriver, executor *mesos.ExecutorID, _ *mesos.SlaveID, text string) {
	say(map[string]any{"event": "message", "executor": executor.GetValue(), "text": text})
}

func (s *sample) SlaveLost(_ scheduler.SchedulerDriver, agent *mesos.SlaveID) {
	say(map[string]any{"event": "lost", "agent": agent.GetValue()})
}

func (s *sample) ExecutorLost(_ scheduler.SchedulerDriver, executor *mesos.ExecutorID, _ *mesos.SlaveID, status int) {
	say(map[string]any{"event": "exited", "executor": executor.GetValue(), "status": status})
}

func (s *sample) Error(_ scheduler.SchedulerDriver, message string) {
	say(map[string]any{"event": "error", "message": message})
}

func main() {
	flag.Parse()
	s := &sample{program: flag.Arg(1), place: make(chan *mesos.SlaveID, 1)}
	driver, err := scheduler.NewMesosSchedulerDriver(scheduler.DriverConfig{
		Scheduler: s,
		Framework: &mesos.FrameworkInfo{
			User:       proto.String("root"),
			Name:       proto.String("mesos-go with executor"),
			Checkpoint: proto.Bool(true),
		},
		Master:           flag.Arg(0),
		HostnameOverride: "127.0.0.1",
		BindingAddress:   net.IPv4(127, 0, 0, 1),
	})
	if err != nil {
		fail(err)
	}
	check(driver.Start())
	place := <-s.place
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		verb, rest, _ := strings.Cut(lines.Text(), " ")
		switch verb {
		case "say":
			check(driver.SendFrameworkMessage(executorID, place, rest))
		case "kill":
			check(driver.KillTask(mesosutil.NewTaskID(rest)))
		case "stop":
			check(driver.Stop(false))
			return
		}
	}
}
