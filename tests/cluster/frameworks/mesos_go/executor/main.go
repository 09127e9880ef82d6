// An executor on mesos-go's native driver: its tasks run until they are killed, and it answers a message by another, but for
// "exit", with which it ends.
package main

import (
	"fmt"
	"net"
	"os"

	"github.com/mesos/mesos-go/executor"
	mesos "github.com/mesos/mesos-go/mesosproto"
)

type sample struct{}

func (sample) Registered(_ executor.ExecutorDriver, self *mesos.ExecutorInfo, framework *mesos.FrameworkInfo, agent *mesos.SlaveInfo) {
	fmt.Println("registered", self.GetExecutorId().GetValue(), framework.GetName(), agent.GetHostname())
}

func (sample) Reregistered(_ executor.ExecutorDriver, agent *mesos.SlaveInfo) {
	fmt.Println("reregistered", agent.GetHostname())
}

func (sample) Disconnected(executor.ExecutorDriver) {}

func (s sample) LaunchTask(driver executor.ExecutorDriver, task *mesos.TaskInfo) {
	s.tell(driver, task.TaskId, mesos.TaskState_TASK_RUNNING, task.Data)
}

func (s sample) KillTask(driver executor.ExecutorDriver, task *mesos.TaskID) {
	s.tell(driver, task, mesos.TaskState_TASK_KILLED, nil)
}

func (sample) FrameworkMessage(driver executor.ExecutorDriver, message string) {
	if message == "exit" {
		os.Exit(3)
	}
	driver.SendFrameworkMessage("heard " + message)
}

func (sample) Shutdown(executor.ExecutorDriver) {
	fmt.Println("shutdown")
}

func (sample) Error(_ executor.ExecutorDriver, message string) {
	fmt.Println("error", message)
}

func (sample) tell(driver executor.ExecutorDriver, task *mesos.TaskID, state mesos.TaskState, data []byte) {
	driver.SendStatusUpdate(&mesos.TaskStatus{TaskId: task, State: state.Enum(), Data: data})
}

func main() {
	driver, err := executor.NewMesosExecutorDriver(executor.DriverConfig{
		Executor:         sample{},
		HostnameOverride: "127.0.0.1",
		BindingAddress:   net.IPv4(127, 0, 0, 1),
	})
	if err == nil {
		_, err = driver.Run()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
