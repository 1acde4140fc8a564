package import Base
import CLinux

/// The control groups of a node's containers, in a subtree of their own; one for each run of a container.
package struct ControlGroups: Sendable {
    /// The subtree.
    private let root: String
    private let time: any TimeSource

    /// Takes the subtree of `dataFolder` over, below `place`; what an earlier run left in it is removed.
    package init(
        _ place: ControlGroupPlace,
        dataFolder: String,
        time: any TimeSource = SystemTime()
    ) throws(LimitsLack) {
        root = "\(place.folder)/\(ControlGroups.name(of: dataFolder))"
        self.time = time
        do throws(LaunchFault) {
            try MachineFolders().make(root)
            for stale in MachineFolders().groups(of: root) { ControlGroups.remove("\(root)/\(stale)") }
            try share(place)
            try ControlGroups.write(ControlGroups.controllers, to: "\(root)/cgroup.subtree_control")
        } catch {
            rmdir(root)
            throw LimitsLack(error.description)
        }
    }

    /// A data folder's subtree: two folders never have the same.
    static func name(of dataFolder: String) -> String {
        let plain = dataFolder.replacing("-", with: "--").replacing("/", with: "-")
        return "roost" + String(plain.suffix(nameMax))
    }

    private static let nameMax = 200
    private static let controllers = "+cpu +memory"

    /// Lets groups below `place` have limits. A group that has processes may not: this one steps aside then.
    private func share(_ place: ControlGroupPlace) throws(LaunchFault) {
        let switches = "\(place.folder)/cgroup.subtree_control"
        let given = Set(MachineFolders().text(switches).split(separator: " "))
        if given.isSuperset(of: ["cpu", "memory"]) { return }
        if place.isRoot { return try ControlGroups.write(ControlGroups.controllers, to: switches) }
        let aside = root + ".node"
        try MachineFolders().make(aside)
        try ControlGroups.write("\(getpid())", to: "\(aside)/cgroup.procs")
        do throws(LaunchFault) {
            try ControlGroups.write(ControlGroups.controllers, to: switches)
        } catch {
            // Others live there too: everything stays as it was.
            try? ControlGroups.write("\(getpid())", to: "\(place.folder)/cgroup.procs")
            rmdir(aside)
            throw error
        }
    }

    /// Makes the group of one run of a container, with its limits.
    ///
    /// - Returns: its folder.
    package func make(pod uid: String, container: String, restart: Int, _ limits: ResourceLimits) throws(LimitsLack)
        -> String
    {
        let group = "\(root)/\(uid).\(container).\(restart)"
        do throws(LaunchFault) {
            try MachineFolders().make(group)
            for setting in limits.settings {
                do throws(LaunchFault) {
                    try ControlGroups.write(setting.value, to: "\(group)/\(setting.file)")
                } catch {
                    if !setting.isOptional { throw error }
                }
            }
            return group
        } catch {
            rmdir(group)
            throw LimitsLack(error.description)
        }
    }

    /// Whether the kernel has killed processes of a group because they took more memory than they may.
    package static func wasOutOfMemory(_ group: String) -> Bool {
        let kills = MachineFolders().text("\(group)/memory.events").split(separator: "\n")
            .first { $0.hasPrefix("oom_kill ") }
        return kills.flatMap { Int($0.dropFirst("oom_kill ".count)) } ?? 0 > 0
    }

    /// Removes all groups of a pod with what still runs in them.
    package func removeAll(of uid: String) async {
        for _ in 0..<NodeLimits.groupRemovalTries {
            let left = MachineFolders().groups(of: root).filter { $0.hasPrefix("\(uid).") }
            if left.isEmpty { return }
            for group in left { ControlGroups.remove("\(root)/\(group)") }
            // Killed processes take a moment to leave.
            guard (try? await time.sleep(NodeLimits.groupRemovalPause)) != nil else { return }
        }
    }

    /// Removes the subtree, when the node ends.
    package func close() { rmdir(root) }

    /// What runs in a group is killed; a group that is not empty yet stays, for the next who looks.
    static func remove(_ group: String) {
        // Kernels before 5.14 have no such file: the sweep by marks has ended what was there.
        try? write("1", to: "\(group)/cgroup.kill")
        rmdir(group)
    }

    private static func write(_ text: String, to path: String) throws(LaunchFault) {
        let file = clinux_open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        let number = file < 0 ? clinux_errno() : put(text, file)
        if file >= 0 { _ = CLinux.close(file) }
        if number != 0 { throw LaunchFault("write \(path): \(String(cString: strerror(number)).lowercased())") }
    }

    /// Writes in one call, as control files want it; the error's number or 0.
    private static func put(_ text: String, _ file: Int32) -> Int32 {
        let bytes = Array(text.utf8)
        let written = bytes.withUnsafeBytes { CLinux.write(file, $0.baseAddress, $0.count) }
        return written == bytes.count ? 0 : written < 0 ? clinux_errno() : EIO
    }
}

extension MachineFolders {
    /// The groups below a group; its own files are left out.
    fileprivate func groups(of folder: String) -> [String] {
        (entries(of: folder) ?? []).filter { kind(of: "\(folder)/\($0)") == .folder }
    }
}
