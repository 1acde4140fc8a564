import KubeClient
import Testing

@Suite struct KubeConfigTests {
    private func none(_ path: String) throws -> String { "<\(path)>" }

    @Test func readsWhatItWrites() throws {
        let config = KubeConfig(
            server: "https://127.0.0.1:7443",
            authorityPEM: "PEM",
            token: "secret",
            namespace: "models"
        )
        #expect(try KubeConfig(yaml: config.fileText, readFile: none) == config)
    }

    @Test func readsFilesAndTheCurrentContext() throws {
        let text = """
            current-context: b
            clusters:
            - {name: c1, cluster: {server: "https://a:1"}}
            - {name: c2, cluster: {server: "https://b:2", certificate-authority: /ca}}
            users: [{name: u, user: {tokenFile: /token}}]
            contexts:
            - {name: a, context: {cluster: c1, user: u}}
            - {name: b, context: {cluster: c2, user: u}}
            """
        let config = try KubeConfig(yaml: text, readFile: none)
        #expect(config == KubeConfig(server: "https://b:2", authorityPEM: "</ca>", token: "</token>"))
    }

    @Test(arguments: [
        "", "a: [", "current-context: x", "{current-context: x, contexts: [{name: x, context: {cluster: y}}]}",
    ])
    func saysWhatIsMissing(_ text: String) {
        #expect(throws: KubeConfigDefect.self) { try KubeConfig(yaml: text, readFile: none) }
    }
}
