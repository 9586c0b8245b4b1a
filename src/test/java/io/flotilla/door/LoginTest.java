package io.flotilla.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoginTest {
    private static final int VERSION_END = 1 + "5.5.5-11.4.5-MariaDB".length() + 1;
    private static final int LOWER = VERSION_END + 4 + 8 + 1;

    private static byte[] greeting(int abilities, int further) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(10);
        out.writeBytes("5.5.5-11.4.5-MariaDB\0".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(new byte[4]);
        out.writeBytes("12345678\0".getBytes(StandardCharsets.US_ASCII));
        out.write(abilities);
        out.write(abilities >> 8);
        out.write(45);
        out.writeBytes(new byte[] {2, 0});
        out.write(abilities >> 16);
        out.write(abilities >> 24);
        out.write(21);
        out.writeBytes(new byte[6]);
        for (int i = 0; i < 4; i++) {
            out.write(further >> 8 * i);
        }
        out.writeBytes("123456789012\0mysql_native_password\0".getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    static byte[] answer(int abilities, String user) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < 4; i++) {
            out.write(abilities >> 8 * i);
        }
        out.writeBytes(new byte[28]);
        out.writeBytes((user + "\0").getBytes(StandardCharsets.UTF_8));
        out.writeBytes(new byte[21]);
        return out.toByteArray();
    }

    private static int abilities(byte[] greeting) {
        return greeting[LOWER] & 0xff
                | (greeting[LOWER + 1] & 0xff) << 8
                | (greeting[LOWER + 5] & 0xff) << 16
                | (greeting[LOWER + 6] & 0xff) << 24;
    }

    @Test
    void offersWhatTheDoorCanDo() throws RefusedException {
        byte[] all = greeting(0xffff_fffe, 0xff);

        byte[] plain = Login.greeting(all, false);
        byte[] tls = Login.greeting(all, true);

        int never = Login.CLIENT_COMPRESS | Login.CLIENT_ZSTD;
        assertThat(abilities(plain)).isEqualTo(0xffff_fffe & ~never & ~Login.CLIENT_SSL);
        assertThat(abilities(tls)).isEqualTo(0xffff_fffe & ~never);
        assertThat(plain[LOWER + 14] & 0xff).as("COM_MULTI").isEqualTo(0xfd);
    }

    @Test
    void offersTlsAlsoWhenTheServerDoesNot() throws RefusedException {
        assertThat(abilities(Login.greeting(greeting(Login.CLIENT_PROTOCOL_41, 0), true)))
                .isEqualTo(Login.CLIENT_PROTOCOL_41 | Login.CLIENT_SSL);
    }

    @Test
    void hidesTlsFromTheServer() throws RefusedException {
        byte[] seen = Login.answer(answer(Login.CLIENT_PROTOCOL_41 | Login.CLIENT_SSL, "app"));

        assertThat(seen).isEqualTo(answer(Login.CLIENT_PROTOCOL_41, "app"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "flotilla_admin",
                "flotilla_http",
                "FLOTILLA_admin",
                "'flotilla_admin'",
                " flotilla_x",
                "root",
                "ROOT",
                "'root'",
                "''root''"
            })
    void refusesInternalAccounts(String user) {
        assertThatThrownBy(() -> Login.answer(answer(Login.CLIENT_PROTOCOL_41, user)))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal().errno()).isEqualTo(1045));
    }

    @ParameterizedTest
    @ValueSource(strings = {"app", "flotilla", "roots", "", "'app'"})
    void takesOthers(String user) throws RefusedException {
        byte[] answer = answer(Login.CLIENT_PROTOCOL_41, user);
        assertThat(Login.answer(answer)).isEqualTo(answer);
    }

    @Test
    void refusesTheProtocolBefore41AndCompression() {
        assertThatThrownBy(() -> Login.answer(answer(0, "app")))
                .isInstanceOf(RefusedException.class);
        assertThatThrownBy(() ->
                        Login.answer(
                                answer(Login.CLIENT_PROTOCOL_41 | Login.CLIENT_COMPRESS, "app")))
                .isInstanceOf(RefusedException.class);
    }

    @Test
    void staysCalmWhateverItIsGiven() {
        Random random = new Random(23);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(90)];
            random.nextBytes(bytes);
            if (bytes.length > 1 && random.nextBoolean()) {
                bytes[0] = 10;
                bytes[1] = (byte) (1 << 1);
            }
            try {
                assertThat(Login.answer(bytes)).hasSameSizeAs(bytes);
                assertThat(Login.greeting(bytes, true)).hasSameSizeAs(bytes);
            } catch (RefusedException e) {
                assertThat(e.refusal().errno()).isIn(1043, 1045);
            }
        }
    }
}
