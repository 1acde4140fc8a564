import CLinux
import Net

/// Gives the servers of one program the address of its pod where they ask for all addresses of the machine: loopback
/// addresses are shared, so two programs that listen everywhere would meet at their port.
///
/// Where the machine does not let binds be watched there is none, and programs keep what they asked for.
final class BindWatch {
    private let descriptor: Int32
    /// In network order.
    private let address: UInt32
    private var watch: LoopWatch?
    private var told: () -> Void = {}

    fileprivate init(descriptor: Int32, address: UInt32) {
        self.descriptor = descriptor
        self.address = address.bigEndian
    }

    /// Settles the program's calls on that loop, whose thread also ends the watch.
    ///
    /// - Parameter told: called on that thread after every call.
    func start(on loop: EventLoop, told: @escaping () -> Void) {
        self.told = told
        watch = loop.watch(descriptor: descriptor) { [weak self] in self?.settle() }
    }

    /// Calls that come now fail.
    func end() {
        watch?.cancel()
        watch = nil
        told = {}
        close(descriptor)
    }

    private func settle() {
        if clinux_settle_bind(descriptor, address) < 0 { watch?.cancel() } else { told() }
    }

    /// How the watch comes from the child, which makes it, to its parent.
    final class Way {
        /// For the child.
        let childEnd: Int32
        private let ownEnd: Int32

        /// Nil where no descriptors are left.
        init?() {
            var ends: [Int32] = [-1, -1]
            let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
            guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { return nil }
            (childEnd, ownEnd) = (ends[0], ends[1])
        }

        deinit {
            close(childEnd)
            close(ownEnd)
        }

        /// What a child that runs by now has sent; nil where it may not be watched.
        func watch(address: UInt32) -> BindWatch? {
            let descriptor = clinux_take_descriptor(ownEnd)
            return descriptor < 0 ? nil : BindWatch(descriptor: descriptor, address: address)
        }
    }
}
