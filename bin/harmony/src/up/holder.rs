//! Who listens on a port: by `/proc/net/tcp` (proc_pid_net(5)) and the open files of all processes.

use std::fs;
use std::net::{IpAddr, SocketAddr};

/// `LISTEN` in the column `st`.
const LISTEN: &str = "0A";

/// The process that listens on `address` or on all addresses, as `process 123 (name)`; `None` where that cannot be found.
pub fn of(address: SocketAddr) -> Option<String> {
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map(|path| fs::read_to_string(path).unwrap_or_default());
    let inode = tables.iter().find_map(|table| inode(table, address))?;
    let link = format!("socket:[{inode}]");
    let is_process = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().parse::<u32>().is_ok();
    let process = fs::read_dir("/proc").ok()?.flatten().filter(is_process).find(|entry| {
        let files = fs::read_dir(entry.path().join("fd")).into_iter().flatten().flatten();
        files
            .filter_map(|file| fs::read_link(file.path()).ok())
            .any(|target| target.as_os_str() == link.as_str())
    })?;
    let name = fs::read_to_string(process.path().join("comm")).unwrap_or_default();
    Some(format!(
        "process {} ({})",
        process.file_name().to_string_lossy(),
        name.trim()
    ))
}

/// The inode of the listening socket in a table whose rows are `sl local rem st tx:rx tr:tm retrnsmt uid timeout inode`.
fn inode(table: &str, address: SocketAddr) -> Option<&str> {
    let fits = |local: &str| {
        let (ip, port) = local.split_once(':').unwrap_or_default();
        u16::from_str_radix(port, 16).ok() == Some(address.port())
            && (ip.bytes().all(|c| c == b'0') || ip == hex(address.ip()))
    };
    table.lines().skip(1).find_map(|line| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let is_it = columns.get(3) == Some(&LISTEN) && columns.get(1).is_some_and(|local| fits(local));
        if is_it { columns.get(9).copied() } else { None }
    })
}

/// An address as the table has it: in words of 32 bits, each in the machine's byte order.
fn hex(ip: IpAddr) -> String {
    let bytes = match ip {
        IpAddr::V4(ip) => ip.octets().to_vec(),
        IpAddr::V6(ip) => ip.octets().to_vec(),
    };
    let word = |word: &[u8]| {
        format!(
            "{:08X}",
            word.iter().rev().fold(0_u32, |all, byte| all << 8 | u32::from(*byte))
        )
    };
    bytes.chunks(4).map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_listener_is_found_by_its_row() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n   \
                     0: 0200007F:13BA 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1 0\n   \
                     1: 0100007F:13BA 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 222 1 0\n   \
                     2: 0100007F:13BA 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 333 1 0\n   \
                     3: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 444 1 0\n";
        assert_eq!(inode(table, "127.0.0.1:5050".parse().unwrap()), Some("333"));
        assert_eq!(inode(table, "127.0.0.2:5050".parse().unwrap()), Some("111"));
        assert_eq!(inode(table, "10.0.0.1:8080".parse().unwrap()), Some("444"));
        assert_eq!(inode(table, "127.0.0.1:5051".parse().unwrap()), None);
    }
}
