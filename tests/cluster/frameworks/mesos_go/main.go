// A scheduler on mesos-go's native driver (its v0 API): runs some tasks, asks for the state of the last, lets a second
// driver take over, kills the last by it, and leaves.
//
// Usage: mesos_go MASTER_HOST_PORT TASKS
//
// Prints one JSON line for each event, then {"done": true}.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/gogo/protobuf/proto"
	mesos "github.com/mesos/mesos-go/mesosproto"
	"github.com/mesos/mesos-go/mesosutil"
	"github.com/mesos/mesos-go/scheduler"
)

// How long everything may take.
const patience = 60 * time.Second

var output sync.Mutex

func say(line map[string]any) {
	output.Lock()
	defer output.Unlock()
	text, _ := json.Marshal(line)
	fmt.Println(string(text))
}

// One scheduler with its driver.
type sample struct {
	name   string
	wanted int
	// The tasks that are still to be launched.
	pending []int
	id      chan *mesos.FrameworkID
	// Told when all tasks but the last have finished, the last runs, and its state was told on request.
	settled  chan bool
	killed   chan bool
	failed   chan string
	finished int
	answered bool
}

func newSample(name string, wanted int) *sample {
	return &sample{
		name:    name,
		wanted:  wanted,
		id:      make(chan *mesos.FrameworkID, 1),
		settled: make(chan bool, 1),
		killed:  make(chan bool, 1),
		failed:  make(chan string, 1),
	}
}

func (s *sample) last() string { return fmt.Sprintf("gosample.%d", s.wanted-1) }

func (s *sample) Registered(_ scheduler.SchedulerDriver, id *mesos.FrameworkID, master *mesos.MasterInfo) {
	say(map[string]any{"event": "registered", "driver": s.name, "framework": id.GetValue(), "master": master.GetPid()})
	s.id <- id
}

func (s *sample) Reregistered(_ scheduler.SchedulerDriver, _ *mesos.MasterInfo) {
	say(map[string]any{"event": "reregistered", "driver": s.name})
}

func (s *sample) Disconnected(scheduler.SchedulerDriver) {
	say(map[string]any{"event": "disconnected", "driver": s.name})
}

func (s *sample) ResourceOffers(driver scheduler.SchedulerDriver, offers []*mesos.Offer) {
	for _, offer := range offers {
		if len(s.pending) == 0 {
			driver.DeclineOffer(offer.Id, &mesos.Filters{RefuseSeconds: proto.Float64(60)})
			continue
		}
		task := s.task(s.pending[0], offer.SlaveId)
		s.pending = s.pending[1:]
		filters := &mesos.Filters{RefuseSeconds: proto.Float64(0)}
		driver.LaunchTasks([]*mesos.OfferID{offer.Id}, []*mesos.TaskInfo{task}, filters)
	}
}

func (s *sample) task(number int, agent *mesos.SlaveID) *mesos.TaskInfo {
	command := "echo $GOSAMPLE"
	if number == s.wanted-1 {
		command = "sleep 1000"
	}
	variable := &mesos.Environment_Variable{Name: proto.String("GOSAMPLE"), Value: proto.String("hello")}
	return &mesos.TaskInfo{
		Name:    proto.String("gosample"),
		TaskId:  mesosutil.NewTaskID(fmt.Sprintf("gosample.%d", number)),
		SlaveId: agent,
		Command: &mesos.CommandInfo{
			Value:       proto.String(command),
			Environment: &mesos.Environment{Variables: []*mesos.Environment_Variable{variable}},
		},
		Resources: []*mesos.Resource{
			mesosutil.NewScalarResource("cpus", 0.1),
			mesosutil.NewScalarResource("mem", 32),
		},
	}
}

func (s *sample) StatusUpdate(driver scheduler.SchedulerDriver, status *mesos.TaskStatus) {
	task, state := status.GetTaskId().GetValue(), status.GetState()
	line := map[string]any{"event": "update", "driver": s.name, "task": task, "state": state.String()}
	if status.GetMessage() != "" {
		line["message"] = status.GetMessage()
	}
	asked := status.GetReason() == mesos.TaskStatus_REASON_RECONCILIATION && status.Reason != nil
	if asked {
		line["reason"] = status.GetReason().String()
	}
	say(line)
	switch {
	case asked:
		s.answered = true
	case state == mesos.TaskState_TASK_RUNNING && task == s.last():
		asking := &mesos.TaskStatus{TaskId: status.TaskId, SlaveId: status.SlaveId, State: state.Enum()}
		// Not from here: a callback keeps the driver from reading.
		go driver.ReconcileTasks([]*mesos.TaskStatus{asking})
	case state == mesos.TaskState_TASK_LOST:
		// Its offer was taken back before the launch arrived.
		number, _ := strconv.Atoi(task[len("gosample."):])
		s.pending = append(s.pending, number)
		go driver.ReviveOffers()
	case state == mesos.TaskState_TASK_FINISHED:
		s.finished++
	case state == mesos.TaskState_TASK_KILLED:
		s.killed <- true
	}
	if s.answered && s.finished == s.wanted-1 {
		s.answered = false
		s.settled <- true
	}
}

func (s *sample) OfferRescinded(_ scheduler.SchedulerDriver, id *mesos.OfferID) {
	say(map[string]any{"event": "rescinded", "driver": s.name, "offer": id.GetValue()})
}

func (s *sample) FrameworkMessage(scheduler.SchedulerDriver, *mesos.ExecutorID, *mesos.SlaveID, string) {
}
func (s *sample) SlaveLost(scheduler.SchedulerDriver, *mesos.SlaveID)                            {}
func (s *sample) ExecutorLost(scheduler.SchedulerDriver, *mesos.ExecutorID, *mesos.SlaveID, int) {}

func (s *sample) Error(_ scheduler.SchedulerDriver, message string) {
	say(map[string]any{"event": "error", "driver": s.name, "message": message})
	select {
	case s.failed <- message:
	default:
	}
}

func drive(s *sample, master string, id *mesos.FrameworkID) *scheduler.MesosSchedulerDriver {
	driver, err := scheduler.NewMesosSchedulerDriver(scheduler.DriverConfig{
		Scheduler: s,
		Framework: &mesos.FrameworkInfo{
			User:            proto.String("root"),
			Name:            proto.String("mesos-go sample"),
			Id:              id,
			FailoverTimeout: proto.Float64(60),
		},
		Master:           master,
		HostnameOverride: "127.0.0.1",
		BindingAddress:   net.IPv4(127, 0, 0, 1),
	})
	if err != nil {
		fail(err.Error())
	}
	if _, err := driver.Start(); err != nil {
		fail(err.Error())
	}
	return driver
}

func fail(why string) {
	say(map[string]any{"done": false, "why": why})
	os.Exit(1)
}

func await[T any](what string, from <-chan T) T {
	select {
	case value := <-from:
		return value
	case <-time.After(patience):
		fail("no " + what)
		panic("unreachable")
	}
}

func main() {
	flag.Parse()
	master := flag.Arg(0)
	wanted, err := strconv.Atoi(flag.Arg(1))
	if err != nil || wanted < 1 {
		fail("usage: mesos_go MASTER_HOST_PORT TASKS")
	}

	first := newSample("first", wanted)
	for number := 0; number < wanted; number++ {
		first.pending = append(first.pending, number)
	}
	drive(first, master, nil)
	id := await("registration", first.id)
	await("running task", first.settled)

	second := newSample("second", wanted)
	driver := drive(second, master, id)
	await("failover", second.id)
	await("end of the first driver", first.failed)

	if _, err := driver.ReviveOffers(); err != nil {
		fail(err.Error())
	}
	if _, err := driver.KillTask(mesosutil.NewTaskID(second.last())); err != nil {
		fail(err.Error())
	}
	await("end of the last task", second.killed)
	if _, err := driver.Stop(false); err != nil {
		fail(err.Error())
	}
	say(map[string]any{"done": true})
}
