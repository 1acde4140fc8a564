import Base
import KubeModel
import Testing

struct BindTests {
    @Test func serversThatListenEverywhereGetTheAddressOfTheirPod() async throws {
        let program = """
            import socket, subprocess, sys, threading
            def listen():
                four = socket.create_server(('0.0.0.0', 8080))
                six = socket.create_server(('::', 8081), family=socket.AF_INET6, dualstack_ipv6=True)
                own = socket.create_server(('127.0.0.1', 0))
                any = socket.create_server(('0.0.0.0', 0))
                print(*(each.getsockname()[0] for each in (four, six, own, any)), flush=True)
                threading.Event().wait()
            # As servers do: neither in the first process nor on its first thread.
            if sys.argv[1:]: threading.Thread(target=listen).start()
            else: subprocess.run([sys.executable, '-c', open('/proc/self/cmdline').read().split('\\0')[2], 'x'])
            """
        try await withNode { node in
            for name in ["p", "q"] {
                let container: JSON = [
                    "name": "c", "image": "roost.dev/host", "command": ["python3", "-c", .string(program)],
                ]
                _ = try await node.api.create(.pods, pod(name, containers: [container], grace: 0))
            }
            for name in ["p", "q"] {
                let running = try await node.wait(for: name) { $0?.status["phase"] == "Running" }
                let host = running?.status["podIP"].string ?? ""
                var log = ""
                while !log.hasSuffix("\n") { log = try await node.log(name) }
                #expect(log == "\(host) ::ffff:\(host) 127.0.0.1 0.0.0.0\n")
            }
        }
    }
}
