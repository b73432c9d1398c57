/** All of Mantine's styles, for pages beyond the first load. */
import '@mantine/core/styles.layer.css'
import '@mantine/dates/styles.layer.css'
