import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.CRL;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.PKIXRevocationChecker.Option;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What Java's own PKIX validator says, a line a verdict.
 *
 * <p>{@code java PkixVerdicts.java FOLDER CERTIFICATE:STATUS ...}: each certificate is judged by FOLDER's revocation lists
 * and, where a file with an answer of OCSP is named, by that answer. Nothing is fetched.
 */
class PkixVerdicts {
    private final Path folder;
    private final CertificateFactory factory = CertificateFactory.getInstance("X.509");
    private final Set<TrustAnchor> anchors;
    private final List<CRL> lists = new ArrayList<>();

    private PkixVerdicts(Path folder) throws Exception {
        this.folder = folder;
        anchors = Set.of(new TrustAnchor(certificate("root.pem"), null));
        for (String name : List.of("issuing.crl", "root.crl")) {
            try (InputStream file = Files.newInputStream(folder.resolve(name))) {
                lists.add(factory.generateCRL(file));
            }
        }
    }

    public static void main(String[] arguments) throws Exception {
        PkixVerdicts judge = new PkixVerdicts(Path.of(arguments[0]));
        for (int place = 1; place < arguments.length; place++) {
            String[] names = arguments[place].split(":", 2);
            System.out.println(names[0] + " lists " + judge.byLists(names[0]));
            if (!names[1].isEmpty()) {
                System.out.println(names[0] + " ocsp " + judge.byAnswer(names[0], names[1]));
            }
        }
    }

    private String byLists(String name) throws Exception {
        return verdict(name, EnumSet.of(Option.PREFER_CRLS, Option.NO_FALLBACK), Map.of());
    }

    private String byAnswer(String name, String answer) throws Exception {
        Map<X509Certificate, byte[]> answers = Map.of(certificate(name), Files.readAllBytes(folder.resolve(answer)));
        return verdict(name, EnumSet.of(Option.ONLY_END_ENTITY, Option.NO_FALLBACK), answers);
    }

    private String verdict(String name, Set<Option> options, Map<X509Certificate, byte[]> answers) throws Exception {
        CertPathValidator validator = CertPathValidator.getInstance("PKIX");
        PKIXRevocationChecker checker = (PKIXRevocationChecker) validator.getRevocationChecker();
        checker.setOptions(options);
        checker.setOcspResponses(answers);
        PKIXParameters parameters = new PKIXParameters(anchors);
        parameters.addCertPathChecker(checker);
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(lists)));
        try {
            List<X509Certificate> path = List.of(certificate(name), certificate("issuing.pem"));
            validator.validate(factory.generateCertPath(path), parameters);
            return "VALID";
        } catch (CertPathValidatorException refused) {
            return refused.getReason().toString();
        }
    }

    private X509Certificate certificate(String name) throws Exception {
        try (InputStream file = Files.newInputStream(folder.resolve(name))) {
            return (X509Certificate) factory.generateCertificate(file);
        }
    }
}
