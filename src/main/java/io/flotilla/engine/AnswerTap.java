package io.flotilla.engine;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.mariadb.jdbc.Configuration;
import org.mariadb.jdbc.client.ReadableByteBuf;
import org.mariadb.jdbc.client.socket.Reader;
import org.mariadb.jdbc.client.util.MutableByte;

/// The driver's reader of packets, with a copy of the first packet of an answer put aside: the driver itself drops what
/// session tracking says of variables it does not know.
final class AnswerTap extends Reader {
    private final Reader driver;
    private boolean listening;
    private byte @Nullable [] heard;

    AnswerTap(Reader driver, Configuration configuration) {
        super(InputStream.nullInputStream(), configuration, new MutableByte());
        this.driver = driver;
    }

    /// An answer begins.
    void listen() {
        listening = true;
        heard = null;
    }

    /// The first packet of the answer, if it was read as a whole.
    byte @Nullable [] heard() {
        listening = false;
        return heard;
    }

    @Override
    public ReadableByteBuf readReusablePacket() throws IOException {
        return heard(driver.readReusablePacket());
    }

    @Override
    public ReadableByteBuf readReusablePacket(boolean trace) throws IOException {
        return heard(driver.readReusablePacket(trace));
    }

    private ReadableByteBuf heard(ReadableByteBuf packet) {
        if (listening) {
            listening = false;
            int begin = packet.pos();
            if (packet.readableBytes() > 0 && packet.getByte() == SessionTracking.OK) {
                heard = Arrays.copyOfRange(packet.buf(), begin, begin + packet.readableBytes());
            }
        }
        return packet;
    }

    @Override
    public ReadableByteBuf readableBufFromArray(byte[] bytes) {
        return driver.readableBufFromArray(bytes);
    }

    @Override
    public byte[] readPacket(boolean trace) throws IOException {
        return driver.readPacket(trace);
    }

    @Override
    public int readPacketHeader(boolean trace) throws IOException {
        return driver.readPacketHeader(trace);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        return driver.read(into, offset, length);
    }

    @Override
    public int readByte() throws IOException {
        return driver.readByte();
    }

    @Override
    public void skip(long count) throws IOException {
        driver.skip(count);
    }

    @Override
    public void readFully(byte[] into, int offset, int length) throws IOException {
        driver.readFully(into, offset, length);
    }

    @Override
    public int getMaxAllowedPacket() {
        return driver.getMaxAllowedPacket();
    }

    @Override
    public void setMaxAllowedPacket(@Nullable Integer bytes) {
        driver.setMaxAllowedPacket(bytes);
    }

    @Override
    public MutableByte getSequence() {
        return driver.getSequence();
    }

    @Override
    public void close() throws IOException {
        driver.close();
    }
}
