import KubeModel
import Net
import Synchronization

/// The certificates of all secure listeners, by the host that a client asks for: what traffic threads look at while they
/// shake hands.
final class CertificateTable: Sendable {
    private struct State {
        var contexts: [ServerCertificate: TLSServerContext] = [:]
        var byHost = HostMap<[TLSServerContext]>([:])
    }

    private let state = Mutex(State())

    /// Goes by these listeners from now on; what was read of a certificate stays as long as one shows it.
    func use(_ listeners: [GatewayListener]) {
        state.withLock { state in
            var contexts: [ServerCertificate: TLSServerContext] = [:]
            var byHost: [HostPattern: [TLSServerContext]] = [:]
            for listener in listeners where listener.isSecure && listener.isServed {
                for certificate in listener.certificates {
                    let known = contexts[certificate] ?? state.contexts[certificate] ?? certificate.context
                    guard let context = known else { continue }
                    contexts[certificate] = context
                    byHost[listener.hostname, default: []].append(context)
                }
            }
            state.contexts = contexts
            state.byHost = HostMap(byHost)
        }
    }

    /// What a client is shown that asks for `name`: of its listener's certificates the first that is for this name, or
    /// the first of all.
    func context(for name: String?) -> TLSServerContext? {
        let host = Array((name ?? "").lowercased().utf8)
        let contexts = state.withLock { state in host.withUnsafeBytes { state.byHost[$0] } }
        guard let contexts, let name, contexts.count > 1 else { return contexts?.first }
        return contexts.first { $0.covers(name) } ?? contexts.first
    }
}
