// Apache UIMA itself reads what we write, and writes it anew: java -cp uimaj-core.jar InUima.java TYPESYSTEM... -- FOLDER REWRITTEN
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.uima.UIMAFramework;
import org.apache.uima.cas.CAS;
import org.apache.uima.cas.ArrayFS;
import org.apache.uima.cas.Feature;
import org.apache.uima.cas.FeatureStructure;
import org.apache.uima.cas.Type;
import org.apache.uima.cas.impl.XmiCasDeserializer;
import org.apache.uima.cas.impl.XmiCasSerializer;
import org.apache.uima.cas.text.AnnotationFS;
import org.apache.uima.resource.metadata.TypeSystemDescription;
import org.apache.uima.util.CasCreationUtils;
import org.apache.uima.util.XMLInputSource;

public class InUima {
    public static void main(String[] arguments) throws Exception {
        List<TypeSystemDescription> known = new ArrayList<>();
        int at = 0;
        for (; !arguments[at].equals("--"); at++)
            known.add(UIMAFramework.getXMLParser().parseTypeSystemDescription(new XMLInputSource(arguments[at])));
        // As INCEpTION does: the types of the project and of the file become one system, or it is refused.
        TypeSystemDescription types = CasCreationUtils.mergeTypeSystems(known);
        try (FileOutputStream stream = new FileOutputStream(new File(arguments[at + 2], "TypeSystem.xml"))) {
            types.toXML(stream);
        }
        for (File file : new File(arguments[at + 1]).listFiles((folder, name) -> name.endsWith(".xmi"))) {
            CAS cas = CasCreationUtils.createCas(types, null, null);
            try (FileInputStream stream = new FileInputStream(file)) {
                XmiCasDeserializer.deserialize(stream, cas, false); // not lenient: an unknown type or feature is an error
            }
            for (AnnotationFS one : cas.getAnnotationIndex()) tell(file.getName(), one);
            try (FileOutputStream stream = new FileOutputStream(new File(arguments[at + 2], file.getName()))) {
                XmiCasSerializer.serialize(cas, stream);
            }
        }
    }

    private static void tell(String file, AnnotationFS one) {
        Type type = one.getType();
        Feature value = type.getFeatureByBaseName("value"), arguments = type.getFeatureByBaseName("arguments");
        List<String> roles = new ArrayList<>();
        ArrayFS links = arguments == null ? null : (ArrayFS) one.getFeatureValue(arguments);
        for (int i = 0; links != null && i < links.size(); i++) {
            FeatureStructure link = links.get(i);
            AnnotationFS target = (AnnotationFS) link.getFeatureValue(link.getType().getFeatureByBaseName("target"));
            roles.add(link.getStringValue(link.getType().getFeatureByBaseName("role")) + "=" + hexadecimal(target.getCoveredText()));
        }
        String said = value == null ? "" : one.getStringValue(value);
        System.out.println(String.join("\t", file, type.getName(), said == null ? "" : said, hexadecimal(one.getCoveredText()),
            String.join(" ", roles)));
    }

    // Whatever the console's encoding
    private static String hexadecimal(String text) {
        StringBuilder digits = new StringBuilder();
        for (byte one : text.getBytes(java.nio.charset.StandardCharsets.UTF_8)) digits.append(String.format("%02x", one));
        return digits.toString();
    }
}
