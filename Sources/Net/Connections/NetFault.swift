import CLinux

/// What went wrong on a connection: whose side it was, what sort it is, and words for a person.
package struct NetFault: Error, Equatable, Sendable, CustomStringConvertible {
    /// Who has to act.
    package enum Side: Sendable {
        /// The one that sent us the request.
        case client
        /// The one that we asked.
        case upstream
        /// This machine or this program.
        case local
    }

    /// What a caller branches on.
    package enum Kind: Sendable {
        /// The address refused or could not be reached: nothing was sent.
        case unreachable
        /// The other side said that it has done nothing with the request.
        case refused
        /// The other side closed, or the connection broke.
        case closed
        /// Time ran out.
        case timeout
        /// The other side does not speak the protocol.
        case malformed
        /// A limit of ours was reached.
        case limit
        /// The address is taken, forbidden or not ours.
        case address
        /// TLS could not be agreed, or the certificate is not trusted.
        case tls
        /// The caller gave up.
        case cancelled
        /// A call of the operating system failed.
        case system
    }

    package let side: Side
    package let kind: Kind
    package let message: String

    package init(_ side: Side, _ kind: Kind, _ message: String) {
        self.side = side
        self.kind = kind
        self.message = message
    }

    package var description: String { message }

    /// A system call that failed: `bind 127.0.0.1:80: Permission denied`.
    static func system(_ what: String, _ number: Int32 = clinux_errno(), kind: Kind = .system) -> NetFault {
        NetFault(.local, kind, "\(what): \(String(cString: strerror(number)).lowercased())")
    }
}
