-- What the server's clock says, in epoch ms with fractions.
SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now
