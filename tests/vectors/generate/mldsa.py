"""ML-DSA in plain Python (FIPS 204, the deterministic variant): keys from a seed, and signatures.

Like `signing.py` it shares nothing with the code under test and needs no package. `keyforms.py` holds it to the example of RFC 9964.
Names and numbers of the algorithms are the standard's.
"""

import functools
import hashlib

Q, D, ZETA = 8380417, 13, 1753
# tau, lambda, gamma1, gamma2, k, l, eta, omega: FIPS 204 table 1.
SETS = {
    "ML-DSA-44": (39, 128, 1 << 17, (Q - 1) // 88, 4, 4, 2, 80),
    "ML-DSA-65": (49, 192, 1 << 19, (Q - 1) // 32, 6, 5, 4, 55),
    "ML-DSA-87": (60, 256, 1 << 19, (Q - 1) // 32, 8, 7, 2, 75),
}
ZETAS = [pow(ZETA, int(f"{i:08b}"[::-1], 2), Q) for i in range(256)]


def H(data, size):
    return hashlib.shake_256(data).digest(size)


def ntt(w):
    w, m, length = list(w), 0, 128
    while length:
        for start in range(0, 256, 2 * length):
            m += 1
            for j in range(start, start + length):
                t = ZETAS[m] * w[j + length] % Q
                w[j], w[j + length] = (w[j] + t) % Q, (w[j] - t) % Q
        length //= 2
    return w


def inverse_ntt(w):
    w, m, length = list(w), 256, 1
    while length < 256:
        for start in range(0, 256, 2 * length):
            m -= 1
            for j in range(start, start + length):
                t = w[j]
                w[j], w[j + length] = (t + w[j + length]) % Q, -ZETAS[m] * (t - w[j + length]) % Q
        length *= 2
    return [8347681 * x % Q for x in w]


def times(a, b):
    return [x * y % Q for x, y in zip(a, b)]


def plus(a, b):
    return [(x + y) % Q for x, y in zip(a, b)]


def minus(a, b):
    return [(x - y) % Q for x, y in zip(a, b)]


def centred(x, modulus=Q):
    x %= modulus
    return x - modulus if x > modulus // 2 else x


def pack(values, bits):
    whole = sum(value << bits * i for i, value in enumerate(values))
    return whole.to_bytes(bits * len(values) // 8, "little")


def unpack(data, bits):
    whole = int.from_bytes(data, "little")
    return [whole >> bits * i & (1 << bits) - 1 for i in range(256)]


def reject_ntt(seed):
    """Algorithm 30."""
    stream = hashlib.shake_128(seed).digest(3 * 400)
    out = [int.from_bytes(stream[i:i + 3], "little") & 0x7FFFFF for i in range(0, len(stream), 3)]
    return [x for x in out if x < Q][:256]


def reject_bounded(seed, eta):
    """Algorithm 31."""
    nibbles = [n for byte in H(seed, 600) for n in (byte & 15, byte >> 4)]
    return [2 - n % 5 if eta == 2 else 4 - n for n in nibbles if n < (15 if eta == 2 else 9)][:256]


def in_ball(seed, tau):
    """Algorithm 29."""
    stream = iter(H(seed, 8 + 600))
    signs = int.from_bytes(bytes(next(stream) for _ in range(8)), "little")
    c = [0] * 256
    for i in range(256 - tau, 256):
        j = next(byte for byte in stream if byte <= i)
        c[i], c[j] = c[j], 1 - 2 * (signs >> (i + tau - 256) & 1)
    return c


def decompose(r, gamma2):
    """Algorithm 36."""
    r %= Q
    low = centred(r, 2 * gamma2)
    return (0, low - 1) if r - low == Q - 1 else ((r - low) // (2 * gamma2), low)


def matrix(rho, k, l):
    return [[reject_ntt(rho + bytes([s, r])) for s in range(l)] for r in range(k)]


def product(rows, vector):
    """A matrix and a vector, both transformed; the result is not."""
    out = []
    for row in rows:
        total = [0] * 256
        for a, b in zip(row, vector):
            total = plus(total, times(a, b))
        out.append(inverse_ntt(total))
    return out


@functools.lru_cache
def expand(name, seed):
    """Algorithm 6: what both halves are made of."""
    _, _, _, _, k, l, eta, _ = SETS[name]
    stream = H(seed + bytes([k, l]), 128)
    rho, secret, K = stream[:32], stream[32:96], stream[96:]
    s = [reject_bounded(secret + i.to_bytes(2, "little"), eta) for i in range(k + l)]
    A = matrix(rho, k, l)
    t = [plus(x, y) for x, y in zip(product(A, [ntt(x) for x in s[:l]]), s[l:])]
    t0 = [[centred(x, 1 << D) for x in row] for row in t]
    t1 = [[(x - low) % Q >> D for x, low in zip(row, lows)] for row, lows in zip(t, t0)]
    public = rho + b"".join(pack(row, 10) for row in t1)
    return A, s[:l], s[l:], t0, K, public


def public(name, seed):
    return expand(name, seed)[-1]


def private(name, seed):
    """Algorithm 24: what the seed expands to."""
    eta = SETS[name][6]
    _, s1, s2, t0, K, pk = expand(name, seed)
    short = b"".join(pack([eta - x for x in row], 3 if eta == 2 else 4) for row in s1 + s2)
    return pk[:32] + K + H(pk, 64) + short + b"".join(pack([(1 << D - 1) - x for x in row], 13) for row in t0)


def sign(name, seed, message):
    """Algorithms 2 and 7 with an empty context and no randomness."""
    tau, strength, gamma1, gamma2, k, l, eta, omega = SETS[name]
    A, s1, s2, t0, K, pk = expand(name, seed)
    s1, s2, t0 = ([ntt(x) for x in vector] for vector in (s1, s2, t0))
    mu = H(H(pk, 64) + b"\0\0" + message, 64)
    private = H(K + bytes(32) + mu, 64)
    bits, beta, kappa = gamma1.bit_length(), tau * eta, 0
    norm = lambda vector: max(abs(centred(x)) for row in vector for x in row)
    while True:
        y = [[gamma1 - x for x in unpack(H(private + (kappa + r).to_bytes(2, "little"), 32 * bits), bits)] for r in range(l)]
        kappa += l
        w = product(A, [ntt(row) for row in y])
        w1 = [[decompose(x, gamma2)[0] for x in row] for row in w]
        challenge = H(mu + b"".join(pack(row, 6 if gamma2 == (Q - 1) // 88 else 4) for row in w1), strength // 4)
        c = ntt(in_ball(challenge, tau))
        by_c = lambda vector: [inverse_ntt(times(c, row)) for row in vector]
        z = [plus(a, b) for a, b in zip(y, by_c(s1))]
        rest = [minus(a, b) for a, b in zip(w, by_c(s2))]
        low = max(abs(decompose(x, gamma2)[1]) for row in rest for x in row)
        if norm(z) >= gamma1 - beta or low >= gamma2 - beta:
            continue
        ct0 = by_c(t0)
        hints = [[i for i, (x, y) in enumerate(zip(row, add)) if decompose(x, gamma2)[0] != decompose(x + y, gamma2)[0]]
                 for row, add in zip(rest, ct0)]
        if norm(ct0) < gamma2 and sum(map(len, hints)) <= omega:
            break
    places = [i for row in hints for i in row]
    ends = [sum(map(len, hints[:i + 1])) for i in range(k)]
    return challenge + b"".join(pack([gamma1 - centred(x) for x in row], bits) for row in z) + bytes(places + [0] * (omega - len(places)) + ends)
