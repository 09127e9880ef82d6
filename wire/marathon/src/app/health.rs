use model_app::{HealthProtocol, IpProtocol, Program, Scheme};
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::Value;

use crate::{
    read::{Errors, Read, dns_name, dto, not_empty, short},
    word::Word,
};

dto! {
    /// `healthChecks[]`.
    #[derive(Default)]
    HealthCheck {
        may "protocol" protocol: Word<HealthProtocol>;
        may "command" command: HealthCommand;
        may "path" path: String;
        may "port" port: u16;
        may "portIndex" port_index: u16;
        may "gracePeriodSeconds" grace_period_seconds: u32;
        may "intervalSeconds" interval_seconds: u32;
        may "timeoutSeconds" timeout_seconds: u32;
        may "delaySeconds" delay_seconds: u32;
        may "maxConsecutiveFailures" max_consecutive_failures: u32;
        may "ignoreHttp1xx" ignore_http_1xx: bool;
        may "ipProtocol" ip_protocol: Word<IpProtocol>;
    }
}

dto! {
    /// `healthChecks[].command`.
    HealthCommand {
        need "value" value: String;
    }
}

dto! {
    /// `check`: exactly one of `http`, `tcp` and `exec`.
    #[derive(Default)]
    AppCheck {
        may "http" http: HttpCheck;
        may "tcp" tcp: TcpCheck;
        may "exec" exec: CommandCheck;
        may "intervalSeconds" interval_seconds: u32;
        may "timeoutSeconds" timeout_seconds: u32;
        may "delaySeconds" delay_seconds: u32;
    }
}

dto! {
    /// `check.http`.
    HttpCheck {
        may "portIndex" port_index: u16;
        may "port" port: u16;
        may "path" path: String, short;
        may "scheme" scheme: Word<Scheme>;
    }
}

dto! {
    /// `check.tcp`.
    TcpCheck {
        may "portIndex" port_index: u16;
        may "port" port: u16;
    }
}

dto! {
    /// `check.exec`.
    CommandCheck {
        need "command" command: CheckCommand;
    }
}

/// `{"shell": "..."}` or `{"argv": ["..."]}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckCommand(pub Program);

impl Serialize for CheckCommand {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        match &self.0 {
            Program::Shell(text) => map.serialize_entry("shell", text)?,
            Program::Args(args) => map.serialize_entry("argv", args)?,
        }
        map.end()
    }
}

dto! {
    Shell {
        need "shell" shell: String, not_empty;
    }
}

dto! {
    Argv {
        need "argv" argv: Vec<String>, |v| v.is_empty().then_some("error.minLength");
    }
}

impl Read for CheckCommand {
    fn read(value: &Value, path: &str, errors: &mut Errors) -> Option<Self> {
        if value.get("argv").is_some() {
            return Argv::read(value, path, errors).map(|a| Self(Program::Args(a.argv)));
        }
        Shell::read(value, path, errors).map(|s| Self(Program::Shell(s.shell)))
    }
}

dto! {
    /// `readinessChecks[]`.
    #[derive(Default)]
    ReadinessCheck {
        may "name" name: String, not_empty;
        may "protocol" protocol: Word<Scheme>;
        may "path" path: String, short;
        may "portName" port_name: String, dns_name;
        may "intervalSeconds" interval_seconds: u32;
        may "timeoutSeconds" timeout_seconds: u32, |v| (*v < 1).then_some("error.min");
        may "httpStatusCodesForReady" http_status_codes_for_ready: Vec<u16>, |v| v.is_empty().then_some("error.minLength");
        may "preserveLastResponse" preserve_last_response: bool;
    }
}
