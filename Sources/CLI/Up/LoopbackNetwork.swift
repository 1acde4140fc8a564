import APIServer
import CLinux

/// The 127.N.0.0/16 that one data folder has for itself: gateway, ClusterIPs and pods each have an address in it.
///
/// The folder remembers its N. While it is in use an abstract socket named after it is held, so that two Roosts on one
/// machine never share a range; the kernel lets it go when the process ends, however it ends.
struct LoopbackNetwork: Sendable {
    let number: Int

    /// `127.N`
    var prefix: String { "127.\(number)" }
    /// The gateway's own address.
    var gatewayAddress: String { "\(prefix).0.1" }
    /// Pods live in the lower half: 127.N.1.0 to 127.N.127.255.
    var podAddresses: ClosedRange<UInt32> { base + 0x100...base + 0x7FFF }
    /// Services live in the upper half: 127.N.128.0/17.
    var serviceAddresses: AddressRange { AddressRange("\(prefix).128.0/17") ?? .default }
    /// The first Service's address, which is that of `kubernetes.default`.
    var firstServiceAddress: String { "\(prefix).128.1" }
    private var base: UInt32 { 0x7F00_0000 | UInt32(number) << 16 }

    /// The range that another process of the same Roost holds.
    init(prefix: String) throws {
        guard prefix.hasPrefix("127."), let number = Int(prefix.dropFirst(4)), (1...254).contains(number) else {
            throw Failure("\"\(prefix)\" is not 127.N with an N from 1 to 254")
        }
        self.number = number
    }

    /// Takes the folder's range; a new folder takes one that nobody holds.
    init(of folder: DataFolder) throws {
        var held: Int?
        let word = try folder.remembered("network") {
            guard let free = (1...254).shuffled().first(where: LoopbackNetwork.hold) else {
                throw Failure("all of 127.1.0.0/16 to 127.254.0.0/16 are in use by other data folders")
            }
            held = free
            return String(free)
        }
        guard let number = Int(word), (1...254).contains(number) else {
            throw Failure(
                "\(folder.path)/network holds \"\(word)\", not a number from 1 to 254; remove the file to choose anew"
            )
        }
        if held == nil, !LoopbackNetwork.hold(number) {
            throw Failure(
                "127.\(number).0.0/16 of \(folder.path) is in use: is another roost running on this folder?"
            )
        }
        self.number = number
    }

    /// Binds the abstract socket that stands for the range; false where somebody holds it. It is never closed.
    private static func hold(_ number: Int) -> Bool {
        let descriptor = clinux_bind_abstract("roost/127.\(number)")
        return descriptor >= 0
    }
}
