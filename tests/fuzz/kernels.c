/* kernels PLANS INPUTS SEED: so many records and streams through the kernels, without Python, under the sanitizers of
   tests/fuzz/build. Every buffer ends where the kernels may read or write to, so that one byte too far is seen. */
#include "records.h"
#include "streams.h"

#include <unistd.h>

enum { SECONDS = 20 }; /* that a batch may take; a hundred microseconds are usual */

int main(int count, char **arguments)
{
    if (count != 4)
        fail("usage: kernels PLANS INPUTS SEED");
    FILE *from = fopen(arguments[1], "rb");
    if (from == NULL)
        fail("the plans cannot be opened");
    size_t inputs = strtoull(arguments[2], NULL, 10), subjects = (size_t)read_int(from);
    chance c = {strtoull(arguments[3], NULL, 10)};
    static subject *s; /* kept to the end, as no leak */
    s = allocate(subjects, sizeof *s);
    for (size_t i = 0; i < subjects; i++)
        s[i] = read_subject(from);
    fclose(from);
    size_t fixed = 0, variable = 0, streams = 0;
    while (fixed + variable + streams < inputs) {
        const subject *chosen = s + below(&c, subjects);
        alarm(SECONDS);
        fixed += fuzz_fixed(&c, chosen);
        variable += fuzz_variable(&c, chosen);
        for (int i = 0; i < MOST_RECORDS / 2; i++)
            streams += fuzz_stream(&c);
    }
    printf("%zu fixed records, %zu variable records, %zu streams\n", fixed, variable, streams);
    return 0;
}
