import Base
import CLinux

/// What marks a process as a container's of this node: variables that it and all its children inherit.
enum ProcessMark {
    static let pod = "ROOST_POD_UID"
    static let data = "ROOST_DATA_DIR"

    /// Whether an environment (as /proc shows it) is marked with this data folder, and with this pod where one is given.
    static func isIn(_ environment: [UInt8], dataFolder: String, podUID: String?) -> Bool {
        let variables = environment.split(separator: 0)
        let wanted = Array("\(data)=\(dataFolder)".utf8)
        let wantedPod = Array("\(pod)=\(podUID ?? "")".utf8)
        return variables.contains { $0.elementsEqual(wanted) }
            && variables.contains { podUID == nil ? $0.starts(with: wantedPod) : $0.elementsEqual(wantedPod) }
    }
}

/// Kills processes that a pod left behind: those of an earlier run of the node, or those that left their group.
enum OrphanSweep {
    /// - Parameter podUID: nil sweeps the processes of all pods of the data folder.
    /// - Returns: how many were killed.
    @discardableResult
    static func run(dataFolder: String, podUID: String?) -> Int {
        let machine = MachineFolders()
        let own = getpid()
        var killed = 0
        for name in machine.entries(of: "/proc") ?? [] {
            guard let pid = Int32(name), pid != own else { continue }
            let pidfd = clinux_pidfd_open(pid)
            guard pidfd >= 0 else { continue }
            defer { close(pidfd) }
            // The descriptor is taken before the look, so that the signal reaches no later owner of the number.
            guard let environment = machine.read("/proc/\(pid)/environ", max: 1 << 20),
                ProcessMark.isIn(environment, dataFolder: dataFolder, podUID: podUID)
            else { continue }
            if clinux_pidfd_send_signal(pidfd, SIGKILL) == 0 { killed += 1 }
        }
        return killed
    }
}
